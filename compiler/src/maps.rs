//! Maps whose hashing costs little: a rule is a hundred look-ups of short keys.
//!
//! Seeds differ from process to process, so that sources can't be made for keys that meet. No map is walked where order shows.

use foldhash::fast::RandomState;

pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;
pub(crate) type HashSet<T> = std::collections::HashSet<T, RandomState>;
