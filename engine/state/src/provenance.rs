//! Where values came from: texts that were observed, indexed so that asking does not go over them again.
