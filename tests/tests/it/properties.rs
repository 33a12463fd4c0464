//! Properties that are tested by generation, against evidence that generation has no part in.

mod small;
