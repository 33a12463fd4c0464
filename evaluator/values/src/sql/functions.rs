//! The functions that are known to only compute, whatever the engine: they give a value for their arguments (or the time, or the user),
//! and reach no table, file, program, network, setting or sequence.
//!
//! A name is listed only if it does so in every dialect that has it: SQLite's `load_extension` is no neighbour of `load`.

/// Scalar, aggregate and window functions. Sorted.
#[rustfmt::skip]
const PURE: &[&str] = &[
    "abs", "acos", "acosh", "add_months", "age", "any_value", "approx_count_distinct", "approx_distinct", "approx_percentile", "array", "array_agg",
    "array_append", "array_cat", "array_concat", "array_contains", "array_distinct", "array_join", "array_length", "array_lower", "array_position",
    "array_prepend", "array_remove", "array_reverse", "array_size", "array_slice", "array_sort", "array_to_string", "array_upper", "arrayjoin", "ascii",
    "asin", "asinh", "atan", "atan2", "atanh", "avg", "avgif", "bin", "bit_and", "bit_count", "bit_length", "bit_or", "bit_xor", "bool_and", "bool_or",
    "btrim", "cardinality", "cast", "cbrt", "ceil", "ceiling", "char", "char_length", "character_length", "charindex", "choose", "chr", "clock_timestamp",
    "coalesce", "concat", "concat_ws", "contains", "contains_substr", "conv", "convert", "corr", "cos", "cosh", "cot", "count", "count_big", "count_if",
    "countif", "covar_pop", "covar_samp", "crc32", "cume_dist", "curdate", "current_catalog", "current_database", "current_date", "current_datetime",
    "current_role", "current_schema", "current_time", "current_timestamp", "current_timezone", "current_user", "curtime", "date", "date_add", "date_bin",
    "date_diff", "date_format", "date_from_parts", "date_part", "date_sub", "date_trunc", "dateadd", "datediff", "datefromparts", "datename", "datepart",
    "datetime", "datetime_add", "datetime_diff", "datetime_sub", "datetime_trunc", "datetrunc", "day", "dayname", "dayofmonth", "dayofweek", "dayofyear",
    "decode", "degrees", "dense_rank", "elt", "encode", "ends_with", "endswith", "eomonth", "epoch", "every", "exp", "extract", "factorial", "field",
    "find_in_set", "first", "first_value", "floor", "format", "format_date", "format_datetime", "format_timestamp", "from_base64", "from_days",
    "from_unixtime", "gcd", "gen_random_uuid", "generate_series", "get_byte", "getdate", "getutcdate", "glob", "greatest", "group_concat", "grouping",
    "grouping_id", "hex", "hour", "if", "ifnull", "iif", "initcap", "instr", "isdate", "isfinite", "isnull", "isnumeric", "json_agg", "json_array",
    "json_array_length", "json_arrayagg", "json_build_array", "json_build_object", "json_contains", "json_contains_path", "json_depth", "json_each",
    "json_extract", "json_extract_path", "json_extract_path_text", "json_extract_scalar", "json_group_array", "json_group_object", "json_insert",
    "json_keys", "json_length", "json_object", "json_object_agg", "json_object_keys", "json_objectagg", "json_patch", "json_query", "json_query_array",
    "json_quote", "json_remove", "json_replace", "json_search", "json_set", "json_strip_nulls", "json_type", "json_typeof", "json_unquote", "json_valid",
    "json_value", "jsonb_agg", "jsonb_array_length", "jsonb_build_array", "jsonb_build_object", "jsonb_extract_path", "jsonb_extract_path_text",
    "jsonb_insert", "jsonb_object_agg", "jsonb_object_keys", "jsonb_path_exists", "jsonb_path_query", "jsonb_path_query_array", "jsonb_path_query_first",
    "jsonb_pretty", "jsonb_set", "jsonb_strip_nulls", "jsonb_typeof", "julianday", "justify_days", "justify_hours", "justify_interval", "lag", "last",
    "last_day", "last_value", "lcase", "lcm", "lead", "least", "left", "len", "length", "levenshtein", "likelihood", "likely", "list", "list_agg",
    "list_contains", "list_filter", "list_sort", "list_transform", "list_value", "listagg", "ln", "localtime", "localtimestamp", "locate", "log", "log10",
    "log1p", "log2", "logical_and", "logical_or", "lower", "lpad", "ltrim", "make_date", "make_interval", "make_time", "make_timestamp", "make_timestamptz",
    "makedate", "maketime", "max", "max_by", "maxif", "md5", "median", "microsecond", "mid", "min", "min_by", "minif", "minute", "mod", "mode", "month",
    "monthname", "months_between", "newid", "next_day", "now", "nth_value", "ntile", "nullif", "nullifzero", "nvl", "nvl2", "object_agg",
    "object_construct", "octet_length", "ord", "overlay", "parse_date", "parse_json", "parse_timestamp", "parsename", "patindex", "percent_rank",
    "percentile_cont", "percentile_disc", "period_add", "period_diff", "pi", "position", "pow", "power", "quarter", "quote", "quote_ident", "quote_literal",
    "quote_nullable", "quotename", "radians", "rand", "random", "rank", "regexp_count", "regexp_extract", "regexp_extract_all", "regexp_full_match",
    "regexp_instr", "regexp_like", "regexp_match", "regexp_matches", "regexp_replace", "regexp_split_to_array", "regexp_substr", "regr_count",
    "regr_intercept", "regr_r2", "regr_slope", "repeat", "replace", "replicate", "reverse", "right", "round", "row", "row_number", "row_to_json", "rpad",
    "rtrim", "safe_cast", "safe_divide", "sec_to_time", "second", "session_user", "sha1", "sha2", "sha224", "sha256", "sha384", "sha512", "sign", "sin",
    "sinh", "soundex", "space", "split", "split_part", "sqrt", "square", "starts_with", "startswith", "statement_timestamp", "std", "stddev", "stddev_pop",
    "stddev_samp", "stdev", "stdevp", "str", "str_to_date", "strcmp", "strftime", "string", "string_agg", "string_to_array", "strpos", "strptime", "struct",
    "struct_pack", "stuff", "substr", "substring", "substring_index", "sum", "sumif", "switchoffset", "sysdate", "sysdatetime", "system_user",
    "sysutcdatetime", "tan", "tanh", "time", "time_bucket", "time_to_sec", "timediff", "timeofday", "timestamp", "timestamp_add", "timestamp_diff",
    "timestamp_micros", "timestamp_millis", "timestamp_seconds", "timestamp_sub", "timestamp_trunc", "timestampadd", "timestampdiff", "to_base64",
    "to_char", "to_date", "to_days", "to_hex", "to_json", "to_jsonb", "to_number", "to_seconds", "to_timestamp", "to_timestamp_ntz", "to_varchar", "todate",
    "toint32", "toint64", "tostartofday", "tostartofhour", "tostartofinterval", "tostartofmonth", "tostartofweek", "tostring", "total", "toyear",
    "transaction_timestamp", "translate", "trim", "trunc", "truncate", "try_cast", "try_convert", "try_to_date", "try_to_number", "typeof", "ucase",
    "unhex", "unicode", "uniq", "uniqexact", "unix_timestamp", "unixepoch", "unlikely", "unnest", "upper", "user", "utc_date", "utc_time", "utc_timestamp",
    "uuid", "uuid_generate_v4", "values", "var_pop", "var_samp", "variance", "version", "week", "weekday", "weekofyear", "width_bucket", "xor", "year",
    "yearweek", "zeroifnull",
];

/// Functions that stand for a table, and only compute one from their arguments. Sorted.
#[rustfmt::skip]
const PURE_TABLES: &[&str] = &[
    "explode", "explode_outer", "flatten", "generate_date_array", "generate_series", "generate_timestamp_array", "json_array_elements",
    "json_array_elements_text", "json_each", "json_each_text", "json_object_keys", "json_to_recordset", "json_tree", "jsonb_array_elements",
    "jsonb_array_elements_text", "jsonb_each", "jsonb_each_text", "jsonb_object_keys", "jsonb_path_query", "jsonb_to_recordset", "openjson", "posexplode",
    "range", "regexp_matches", "regexp_split_to_table", "split_to_table", "string_split", "string_to_table", "unnest",
];

/// Types outside of the parser's list that values may be converted to without calling anything. Sorted.
#[rustfmt::skip]
const PURE_TYPES: &[&str] = &[
    "cidr", "citext", "hstore", "inet", "interval", "ltree", "macaddr", "money", "name", "number", "oid", "regclass", "regnamespace", "regproc",
    "regprocedure", "regrole", "regtype", "smalldatetime", "smallmoney", "sql_variant", "string", "sysname", "timestamp_ltz", "timestamp_ntz",
    "timestamp_tz", "tsquery", "tsvector", "uniqueidentifier", "variant", "xml",
];

/// Returns the name without the schema of what is built in.
fn built_in(name: &str) -> &str {
    name.strip_prefix("pg_catalog.").unwrap_or(name)
}

/// Returns whether a function, by its name in normal form, is known to only compute.
pub(super) fn is_pure(name: &str) -> bool {
    PURE.binary_search(&built_in(name)).is_ok()
}

/// Likewise a function that stands for a table.
pub(super) fn is_pure_table(name: &str) -> bool {
    PURE_TABLES.binary_search(&built_in(name)).is_ok()
}

/// Returns whether a conversion to a type is known to only compute.
pub(super) fn is_pure_type(name: &str) -> bool {
    PURE_TYPES.binary_search(&built_in(name)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_for_the_search() {
        for table in [PURE, PURE_TABLES, PURE_TYPES] {
            assert!(table.is_sorted_by(|a, b| a < b));
        }
    }

    #[test]
    fn what_reaches_outside_of_its_arguments_is_not_pure() {
        #[rustfmt::skip]
        const REACHING: &[&str] = &[
            "pg_read_file", "pg_read_binary_file", "pg_ls_dir", "lo_import", "lo_export", "dblink", "dblink_exec", "pg_sleep", "sleep", "benchmark",
            "load_file", "load_extension", "readfile", "writefile", "fts3_tokenizer", "xp_cmdshell", "openrowset", "opendatasource", "nextval", "setval",
            "set_config", "current_setting", "pg_terminate_backend", "query_to_xml", "database_to_xml", "table_to_xml", "read_csv", "read_text",
            "read_blob", "url", "file", "s3", "remote", "executable", "get_lock", "sys_exec", "sys_eval", "evil.lower", "pg_catalog.pg_read_file", "getenv",
            "query", "eval", "external_query", "system$wait", "http_get", "ts_stat", "xpath_table", "cursor_to_xml", "pg_notify", "pg_logical_emit_message",
            "txid_current", "extractvalue", "dictget", "joinget", "changes", "last_insert_id", "getvariable", "\"lower\"",
        ];
        for name in REACHING {
            assert!(!is_pure(name) && !is_pure_table(name), "{name}");
        }
        assert!(is_pure("lower") && is_pure("pg_catalog.lower") && is_pure_table("unnest") && is_pure_type("regclass"));
    }
}
