// What the law answers, asked the two ways people have: the command line and the API of the running program. One program for all.
import "./law/command-line.ts";
import "./law/counting.ts";
import "./law/mssante.ts";
import "./law/mssante-controls.ts";
import "./law/psc.ts";
import "./law/e-cps.ts";
import "./law/api-cps.ts";
import "./law/label.ts";
