//! What engines read in another way than the parser, so that it would hide something: opaque, or read as the engine does.

use super::check;

#[test]
fn comments() {
    check(&[
        ("mysql", "select 1 /*! , (select password from users) */", "opaque", "MySQL runs such comments (MySQL manual, 11.7)"),
        ("mysql", "select 1 /*!50000 union select password from users */", "opaque", "likewise from a version on"),
        ("mysql", "select 1 /*M! union select 2 */", "opaque", "MariaDB"),
        ("generic", "select '/*!'", "opaque", "even inside of a text: no lexer decides"),
        ("postgres", "select 1 /* a */ -- b", "select", "plain comments"),
        ("mysql", "select 1--1 from users", "select reads users", "MySQL: no comment without a blank, but minus minus one"),
        ("generic", "select 1--1 from users", "opaque", "it depends on the engine"),
        ("generic", "select 1 -- a comment", "select", "a comment in any"),
        ("mysql", "select 1 # from users", "select", "a comment of MySQL"),
        ("generic", "select 1 # from users", "opaque", "in others an operator"),
        ("snowflake", "select 1 # from users", "opaque", "the parser takes it for a comment; Snowflake doesn't"),
        ("postgres", "select 1 /* /* */ drop table users -- */ */", "opaque", "whether comments nest differs"),
        ("postgres", "select 1 -- a\rdrop table users", "opaque", "PostgreSQL ends the line there"),
        ("postgres", "select 1 -- a\r\n", "select", "the line end of Windows"),
        ("postgres", "select 1 -- a\u{2028}, 2", "opaque", "a line separator"),
        ("sqlite", "select 1 /* never ended", "select", "SQLite ends it with the text"),
        ("postgres", "select 1 /* never ended", "opaque", ""),
    ]);
}

#[test]
fn texts() {
    check(&[
        ("mysql", r"select '\' from users where a = '", "select", "MySQL: one text"),
        ("generic", r"select '\' from users where a = '", "opaque", "where a text ends depends on the engine"),
        ("postgres", r"select '\' from users where a = 'x'", "select reads users columns a filtered", "PostgreSQL: a text of a backslash"),
        ("postgres", r"select E'\' from users where a = '", "select", "but for an escape text"),
        ("mysql", "select 1 as $$ from users; drop table users; -- $$", "select reads users; drop writes users", "`$$` is a name in MySQL"),
        ("generic", "select 1 as $$ from users; drop table users; -- $$", "opaque", "it quotes in some, and is a name in others"),
        ("postgres", "select $$ ' $$ from users", "select reads users", "it does in PostgreSQL"),
        ("snowflake", "select $a$ from users $a$", "opaque", "Snowflake has no tags"),
        ("postgres", "select U&\"p\\0061ssword\" from users", "opaque", "a name in escapes (PostgreSQL manual, 4.1.2.3)"),
        ("mysql", "select \"password\" from users", "select reads users", "MySQL: a text"),
        ("postgres", "select 'a\0b'", "opaque", "a NUL ends the text in some drivers"),
        ("postgres", "copy t from stdin;\n1\n\\.\ndrop table users", "opaque", "what is data depends on the protocol"),
        ("postgres", "select 'it''s', 1", "select", "a doubled quote"),
        ("postgres", "select 'unended", "opaque", ""),
    ]);
}

#[test]
fn statements_behind_statements() {
    check(&[
        ("postgres", "select 1; drop table users", "select; drop writes users", "the classic (CWE-89)"),
        ("postgres", ";;select 1;;", "select", ""),
        ("postgres", "", "", "nothing"),
        ("postgres", "-- nothing", "", "nothing"),
        ("postgres", "select 1 drop table users", "opaque", "nothing between them"),
        ("mssql", "select 1 from t exec(@s)", "opaque", "T-SQL needs nothing between them: this is no alias"),
        ("mssql", "select 1 from t shutdown", "opaque", "likewise"),
        ("generic", "select 1 from t exec(@s)", "opaque", "perhaps T-SQL"),
        ("mssql", "select t.exec from t", "select reads t columns exec", "a column of that name"),
        ("mssql", "begin delete from users end", "opaque", "not understood"),
        ("postgres", "select * from users where name = '' or 1=1 --'", "select reads users columns *,name", "the classic, and no row is picked"),
        ("postgres", "select a from t union select password from users", "select reads t,users columns a,password", "likewise"),
    ]);
}

#[test]
fn what_is_no_query_is_opaque() {
    check(&[
        ("generic", "hello", "opaque", ""),
        ("generic", "selec 1", "opaque", ""),
        ("generic", "select * from", "opaque", ""),
        ("generic", "{\"a\": 1}", "opaque", ""),
        ("mysql", "handler users open", "opaque", "a statement that the parser doesn't know"),
        ("postgres", "select 1 \\gexec", "opaque", "a command of a client"),
    ]);
}
