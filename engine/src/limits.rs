//! The limits of what is read, as a value, so that tests can ask small ones.

/// The limits of events and sessions. They are constants of the language: [`Limits::LANGUAGE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest event line, in bytes.
    pub event_bytes: usize,
    /// The deepest nesting of JSON in an event; the event's own object is the first level.
    pub depth: usize,
    /// The longest text in an event, unescaped, in bytes: a result's `content` and a prompt too.
    pub text_bytes: usize,
    /// The most elements of a list, or keys of an object.
    pub list_items: usize,
    /// The longest `id`, `session` or `agent`, in bytes.
    pub id_bytes: usize,
    /// The most steps of a session.
    pub steps: usize,
    /// The most agents of a session, the main one among them.
    pub agents: usize,
    /// How deep agents may spawn agents.
    pub spawn_depth: u32,
    /// The most joined values that a use of history tells apart.
    pub keys: usize,
    /// The most text that a session observes for provenance, in bytes.
    pub observed_bytes: usize,
    /// The most that a session keeps of steps that wait for a result or an answer, in bytes.
    pub waiting_bytes: usize,
    /// The most notes of a kind that a session keeps to explain decisions by its past.
    pub trace_notes: usize,
    /// The most sessions of a [`crate::Sessions`].
    pub sessions: usize,
}

impl Limits {
    /// What the language says.
    pub const LANGUAGE: Self = Self {
        event_bytes: 1 << 20,
        depth: 64,
        text_bytes: 256 << 10,
        list_items: 10_000,
        id_bytes: 256,
        steps: 1_000_000,
        agents: 1_000,
        spawn_depth: 8,
        keys: 10_000,
        observed_bytes: 64 << 20,
        waiting_bytes: 64 << 20,
        trace_notes: 100_000,
        sessions: 10_000,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::LANGUAGE
    }
}
