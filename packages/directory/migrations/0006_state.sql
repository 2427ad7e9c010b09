-- One row: the planner takes a table it knows nothing of for thousands.
analyze directory.state;
