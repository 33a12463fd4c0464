//! Bodies of the fuzz targets: they take any bytes, and panic where something that must hold does not.

mod detect;
mod network;
mod paths;
mod shell;
mod sql;
mod zones;

pub use detect::fuzz_detect;
pub use network::fuzz_network;
pub use paths::fuzz_paths;
pub use shell::fuzz_shell;
pub use sql::fuzz_sql;
pub use zones::fuzz_zones;
