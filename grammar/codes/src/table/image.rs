//! `V0xxx`: images.

codes! {}
