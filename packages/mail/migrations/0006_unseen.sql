-- The first unread message of a folder, and how many there are, without reading the folder.
create index message_unseen on message (folder_id, uid) where not flags @> array['\Seen'];
