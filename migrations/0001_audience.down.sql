drop table import_errors, import_pieces, imports, attributes, user_identity_log, users;
