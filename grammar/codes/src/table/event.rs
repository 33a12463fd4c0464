//! `H0xxx`: events and hosts.

use crate::Example::{Event, None};

codes! {
    UNREADABLE_EVENT = "H0001" "unreadable-event" Error {
        "a line is no JSON object, and nothing shows that it is a step",
        "Every event is one JSON object on one line. When a line can't be read, it could have been anything: a change of the context, the result of a step. Since the engine can't know what it missed, the session is over and each of its later steps is forbidden. A line that can be seen to be a step is only forbidden itself, by `invalid_arguments`. Look for a line that was cut off, for text that was not escaped, or for two events on one line.",
        Event {
            bundle: "tool read_file(file_path: path)\n\npermit reading\n  on read_file\n",
            bad: r#"{"type":"prompt","text":"read it","at":"2026-01-01T00:00:00Z""#,
            good: r#"{"type":"prompt","text":"read it","at":"2026-01-01T00:00:00Z"}"#,
        }
    }
    EVENT_OVER_LIMIT = "H0002" "event-over-limit" Error {
        "an observation is beyond a limit of the language",
        "An event has at most 1 MiB, texts of 256 KiB, lists and objects of 10,000 elements, and a nesting of 64. An observation beyond that is recorded and reported, but what it says is not read: fields of the context that it would have given have no value. Shorten what is long (the first and last part of a file serve as well) or split it. A step beyond a limit is forbidden by `limit`.",
        Event {
            bundle: "tool read_file(file_path: path)\n\npermit reading\n  on read_file\n",
            bad: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:01Z"}
{"type":"result","step":"c1","ok":true,"content":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]],"at":"2026-01-01T00:00:02Z"}"#,
            good: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:01Z"}
{"type":"result","step":"c1","ok":true,"content":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]],"at":"2026-01-01T00:00:02Z"}"#,
        }
    }
    UNKNOWN_EVENT_TYPE = "H0003" "unknown-event-type" Error {
        "the `type` of an event is missing or none that Reach knows",
        "The types are `call`, `spawn`, `model`, `read` and `say` for steps, and `start`, `context`, `prompt`, `result`, `approval`, `usage` and `end` for observations. What an event of another type would have changed is unknown, so it is as good as unreadable: the session is over.",
        Event {
            bundle: "tool read_file(file_path: path)\n\npermit reading\n  on read_file\n",
            bad: r#"{"type":"promt","text":"read it","at":"2026-01-01T00:00:00Z"}"#,
            good: r#"{"type":"prompt","text":"read it","at":"2026-01-01T00:00:00Z"}"#,
        }
    }
    MISSING_EVENT_FIELD = "H0004" "missing-event-field" Error {
        "an observation lacks a field that its type asks for",
        "Each type of event has fields that must be there, `at` in all of them: time is never read from a clock, so that a log gives the same decisions on every machine. The event is recorded as ill-typed and changes nothing in the agent's favour.",
        Event {
            bundle: "tool read_file(file_path: path)\n\npermit reading\n  on read_file\n",
            bad: r#"{"type":"prompt","at":"2026-01-01T00:00:00Z"}"#,
            good: r#"{"type":"prompt","text":"read it","at":"2026-01-01T00:00:00Z"}"#,
        }
    }
    UNKNOWN_EVENT_FIELD = "H0005" "unknown-event-field" Error {
        "an observation has a field that its type doesn't know",
        "A field that nobody reads is most often a misspelt one, and then the engine would miss what it should have said. So it is refused: the observation is recorded as ill-typed. Facts of your own belong into `context`, where the policy declares them.",
        Event {
            bundle: "tool read_file(file_path: path)\n\npermit reading\n  on read_file\n",
            bad: r#"{"type":"prompt","text":"read it","user":"ann","at":"2026-01-01T00:00:00Z"}"#,
            good: r#"{"type":"prompt","text":"read it","at":"2026-01-01T00:00:00Z"}"#,
        }
    }
    DUPLICATE_EVENT_KEY = "H0006" "duplicate-event-key" Error {
        "an observation has a key twice",
        "JSON leaves open which of two equal keys counts, and programs disagree: what the engine read might not be what others read. So neither counts, and the observation is recorded as ill-typed.",
        Event {
            bundle: "tool read_file(file_path: path)\n\npermit reading\n  on read_file\n",
            bad: r#"{"type":"prompt","text":"read it","text":"send it","at":"2026-01-01T00:00:00Z"}"#,
            good: r#"{"type":"prompt","text":"read it","at":"2026-01-01T00:00:00Z"}"#,
        }
    }
    EVENT_FIELD_TYPE = "H0007" "event-field-type" Error {
        "a field of an observation has the wrong type",
        "The fields of events have fixed types: `at` is a time in RFC 3339 with an offset (`2026-01-01T09:00:00Z`), `ok` and `granted` are `true` or `false`, `step`, `text` and `by` are texts. Nothing is converted: `\"true\"` is a text. The observation is recorded as ill-typed.",
        Event {
            bundle: "tool read_file(file_path: path)\n\npermit reading\n  on read_file\n",
            bad: r#"{"type":"prompt","text":"read it","at":"yesterday"}"#,
            good: r#"{"type":"prompt","text":"read it","at":"2026-01-01T00:00:00Z"}"#,
        }
    }
    TIME_GOES_BACKWARDS = "H0008" "time-goes-backwards" Error {
        "an observation is older than the event before it",
        "The events of a session come in order, and `at` never goes back; two events may have the same time. Rules about time could be evaded by an event that claims to be older, so one that does is recorded as ill-typed (a step is forbidden by `invalid_arguments`). Sort the events, and let one clock write `at`.",
        Event {
            bundle: "tool read_file(file_path: path)\n\npermit reading\n  on read_file\n",
            bad: r#"{"type":"prompt","text":"read it","at":"2026-01-01T00:00:05Z"}
{"type":"prompt","text":"read it","at":"2026-01-01T00:00:04Z"}"#,
            good: r#"{"type":"prompt","text":"read it","at":"2026-01-01T00:00:05Z"}
{"type":"prompt","text":"read it","at":"2026-01-01T00:00:05Z"}"#,
        }
    }
    CONTEXT_MISMATCH = "H0009" "context-mismatch" Error {
        "the context of a session doesn't fit its declaration",
        "`start` gives every field that `context { … }` declares, apart from optional ones; a later `context` gives those that change. A field that is missing, unknown, given twice or of another type has no value afterwards, so that a `permit` that needs it doesn't match and a `forbid` that needs it does. The fields that fit count.",
        Event {
            bundle: "context { role: enum { teller, auditor } }\n\ntool read_file(file_path: path)\n\npermit reading\n  on read_file\n  when context.role == teller\n",
            bad: r#"{"type":"start","context":{"role":"manager"},"at":"2026-01-01T00:00:00Z"}"#,
            good: r#"{"type":"start","context":{"role":"teller"},"at":"2026-01-01T00:00:00Z"}"#,
        }
    }
    RESULT_OF_UNKNOWN_STEP = "H0010" "result-of-unknown-step" Error {
        "a result names a step that this session doesn't have",
        "`step` of a result is the `id` of a step that came before in the same session. A result of a step that nobody asked for shows that something ran past the policy, or that events were lost or mixed between sessions. It is recorded and reported.",
        Event {
            bundle: "tool read_file(file_path: path)\n\npermit reading\n  on read_file\n",
            bad: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"result","step":"c2","ok":true,"content":"x","at":"2026-01-01T00:00:01Z"}"#,
            good: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"result","step":"c1","ok":true,"content":"x","at":"2026-01-01T00:00:01Z"}"#,
        }
    }
    RESULT_ALREADY_GIVEN = "H0011" "result-already-given" Error {
        "a step has got a second result",
        "A step has one result. A second one would let rules about what happened read either; it is recorded and reported, and the first one stays.",
        Event {
            bundle: "tool read_file(file_path: path)\n\npermit reading\n  on read_file\n",
            bad: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"result","step":"c1","ok":true,"content":"x","at":"2026-01-01T00:00:01Z"}
{"type":"result","step":"c1","ok":true,"content":"x","at":"2026-01-01T00:00:02Z"}"#,
            good: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"result","step":"c1","ok":true,"content":"x","at":"2026-01-01T00:00:01Z"}"#,
        }
    }
    RESULT_OF_REFUSED_STEP = "H0012" "result-of-refused-step" Error {
        "a step that was not permitted has got a result",
        "The decision was `forbid` or `ask`, and still there is a result: the host took the step all the same. That is a fault of the host, or the run is older than the policy; `reach policy decide --recorded` is for the latter, and leaves such results out. The result is recorded and reported.",
        Event {
            bundle: "tool read_file(file_path: path)\n\nask first\n  on read_file\n",
            bad: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"result","step":"c1","ok":true,"content":"x","at":"2026-01-01T00:00:01Z"}"#,
            good: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}"#,
        }
    }
    SESSION_ENDED = "H0014" "session-ended" Error {
        "an observation came after the end of its session",
        "After `end` of the agent `main`, or after an event that could not be read, a session is over: what comes later is recorded and reported, and changes nothing; steps are forbidden. Give a new run a new `session`.",
        Event {
            bundle: "tool read_file(file_path: path)\n\npermit reading\n  on read_file\n",
            bad: r#"{"type":"end","ok":true,"at":"2026-01-01T00:00:00Z"}
{"type":"prompt","text":"read it","at":"2026-01-01T00:00:01Z"}"#,
            good: r#"{"type":"prompt","text":"read it","at":"2026-01-01T00:00:00Z"}
{"type":"end","ok":true,"at":"2026-01-01T00:00:01Z"}"#,
        }
    }
    SESSION_ALREADY_STARTED = "H0015" "session-already-started" Error {
        "a session has got a second `start`",
        "`start` gives the facts of a session once. What changes later is said by `context`, which names only what changes. After a second `start` nobody can say which facts hold, so the fields that it names have no value.",
        Event {
            bundle: "tool read_file(file_path: path)\n\npermit reading\n  on read_file\n",
            bad: r#"{"type":"start","at":"2026-01-01T00:00:00Z"}
{"type":"start","at":"2026-01-01T00:00:01Z"}"#,
            good: r#"{"type":"start","at":"2026-01-01T00:00:00Z"}"#,
        }
    }
    TOO_MANY_SESSIONS = "H0016" "too-many-sessions" Error {
        "a stream has more sessions than one process holds",
        "One stream of events may speak of 10,000 sessions. An observation of one more is reported and changes nothing, and its steps are forbidden by `limit`: a policy engine that runs out of memory protects nobody. Divide the stream by session.",
        None
    }
    OBSERVATION_NOT_RECORDED = "H0017" "observation-not-recorded" Error {
        "the log could not take an observation",
        "Where a log is required, what is not in it did not happen: each later step of the session is forbidden by `unrecorded`. So it is after a step that could not be recorded, and nothing more of the session is recorded: the log has its beginning without a gap. Look at the disk that holds the log. When it is well again, begin anew, or go on from what the log has.",
        None
    }
    RESULT_LEFT_OUT = "H0018" "result-left-out" Note {
        "the result of a step that this policy wouldn't have permitted is left out",
        "With `--recorded` the events are those of a run that took place already, perhaps under another policy. Where this policy forbids or asks, the step would not have run, so its result says nothing about this policy; it is left out, and said to be.",
        None
    }
    APPROVAL_OF_UNKNOWN_STEP = "H0020" "approval-of-unknown-step" Error {
        "an answer names a step that this session doesn't have",
        "An approval is bound to the very step that a person was asked about, by the `id` of the step in the same session. An answer about anything else is recorded and reported, and permits nothing.",
        Event {
            bundle: "tool read_file(file_path: path)\n\nask first\n  on read_file\n",
            bad: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"approval","step":"c2","granted":true,"by":"bob@bank.example","at":"2026-01-01T00:00:01Z"}"#,
            good: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"approval","step":"c1","granted":true,"by":"bob@bank.example","at":"2026-01-01T00:00:01Z"}"#,
        }
    }
    APPROVAL_NOT_ASKED = "H0021" "approval-not-asked" Error {
        "an answer about a step that nobody waits for",
        "Only a step whose decision was `ask` waits for an answer, and it takes one: an answer that comes twice, or about a step that was permitted or forbidden, changes nothing. A granted approval never overrides a `forbid`.",
        Event {
            bundle: "tool read_file(file_path: path)\n\nask first\n  on read_file\n",
            bad: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"approval","step":"c1","granted":true,"by":"bob@bank.example","at":"2026-01-01T00:00:01Z"}
{"type":"approval","step":"c1","granted":true,"by":"bob@bank.example","at":"2026-01-01T00:00:02Z"}"#,
            good: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"approval","step":"c1","granted":true,"by":"bob@bank.example","at":"2026-01-01T00:00:01Z"}"#,
        }
    }
    APPROVAL_LAPSED = "H0022" "approval-lapsed" Error {
        "an answer came too late",
        "A question to a person lapses: after what the rule's `expires` says, the shortest where several rules ask, or after one hour. It lapses too when the step can't be taken any more, because its agent has ended or its arguments are read otherwise than when they were shown. Let the agent ask again.",
        Event {
            bundle: "tool read_file(file_path: path)\n\nask first\n  on read_file\n  expires 15m\n",
            bad: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"approval","step":"c1","granted":true,"by":"bob@bank.example","at":"2026-01-01T00:15:01Z"}"#,
            good: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"approval","step":"c1","granted":true,"by":"bob@bank.example","at":"2026-01-01T00:15:00Z"}"#,
        }
    }
    APPROVER_NOT_ACCEPTED = "H0023" "approver-not-accepted" Error {
        "the person who answered may not",
        "Each `ask` rule that matches says with `by` who may answer: `by one of` some, or `by other than` some. All of them must accept whoever answers, and one whose `by` has no value accepts nobody. The step goes on waiting for somebody else.",
        Event {
            bundle: "tool read_file(file_path: path)\n\nask first\n  on read_file\n  by one of { \"bob@bank.example\" }\n",
            bad: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"approval","step":"c1","granted":true,"by":"eve@bank.example","at":"2026-01-01T00:00:01Z"}"#,
            good: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"approval","step":"c1","granted":true,"by":"bob@bank.example","at":"2026-01-01T00:00:01Z"}"#,
        }
    }
    USAGE_OF_UNKNOWN_STEP = "H0024" "usage-of-unknown-step" Error {
        "a cost of a step that this session doesn't have, or that was not permitted",
        "`usage` tells what a permitted step cost. A cost without such a step shows that something ran past the policy, or that events were lost. It counts as spent, because what was spent is gone.",
        Event {
            bundle: "tool read_file(file_path: path)\n\nbudget usd: decimal limit 1.00 per session\n\ncharge usd by 0.01 on read_file\n\npermit reading\n  on read_file\n",
            bad: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"usage","step":"c2","charges":{"usd":"0.02"},"at":"2026-01-01T00:00:01Z"}"#,
            good: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"usage","step":"c1","charges":{"usd":"0.02"},"at":"2026-01-01T00:00:01Z"}"#,
        }
    }
    USAGE_NOT_COUNTED = "H0025" "usage-not-counted" Error {
        "a cost that is no amount of a declared budget",
        "`charges` names declared budgets, each once, with an exact amount that is not less than nothing: a number, or better a text such as `\"0.02\"`. What can't be counted is recorded and reported; what was reserved for the step stays reserved.",
        Event {
            bundle: "tool read_file(file_path: path)\n\nbudget usd: decimal limit 1.00 per session\n\ncharge usd by 0.01 on read_file\n\npermit reading\n  on read_file\n",
            bad: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"usage","step":"c1","charges":{"usd":"-0.02"},"at":"2026-01-01T00:00:01Z"}"#,
            good: r#"{"type":"call","id":"c1","name":"read_file","args":{"file_path":"/a"},"at":"2026-01-01T00:00:00Z"}
{"type":"usage","step":"c1","charges":{"usd":"0.02"},"at":"2026-01-01T00:00:01Z"}"#,
        }
    }
    UNKNOWN_AGENT = "H0026" "unknown-agent" Error {
        "an observation is of an agent that this session doesn't have, or that has ended",
        "`agent` is `main`, which may be left out, or the `id` of a `spawn` that was permitted. An agent that has ended stays so, and so do all that it spawned.",
        Event {
            bundle: "tool read_file(file_path: path)\n\npermit reading\n  on read_file\n",
            bad: r#"{"type":"end","agent":"a1","ok":true,"at":"2026-01-01T00:00:00Z"}"#,
            good: r#"{"type":"end","agent":"main","ok":true,"at":"2026-01-01T00:00:00Z"}"#,
        }
    }
    STATE_DAMAGED = "H0027" "state-damaged" Error {
        "a saved session can't be read",
        "A saved session carries a checksum, and everything in it is looked at before it is used: a state that was cut off, changed or made by hand could permit what the session would have refused. Take the copy that was written last, or fold the recorded events again.",
        None
    }
    STATE_VERSION = "H0028" "state-version" Error {
        "a saved session has a version that this program doesn't know",
        "The encoding of saved sessions has a version. Restore it with the program that saved it, or fold the recorded events again.",
        None
    }
    STATE_OF_ANOTHER_BUNDLE = "H0029" "state-of-another-bundle" Error {
        "a saved session is of another bundle",
        "A session is pinned to the bundle that it began with, by digest: what it remembers is what that bundle's rules ask. To go on with another bundle, activate it, which folds the recorded events of the session again.",
        None
    }
    ACTIVATE_OTHER_EVENTS = "H0030" "activate-other-events" Error {
        "the events that a bundle should be activated with are not those of the session",
        "Activating another bundle folds all recorded events of the session again, from the first to the last, so that the new rules know what happened. The engine keeps a digest of the events and compares: one that is missing, added or changed would make the session remember something else. The session stays as it was.",
        None
    }
    STATE_OF_OTHER_ENTITIES = "H0031" "state-of-other-entities" Error {
        "a session is of other data of entities",
        "A session is pinned to what the host told of entities when it began, by digest: its decisions rest on it. Give the data that it began with (`--entities FILE`), or begin a new session. The order and the blanks of the file don't matter; what it says does.",
        None
    }
    UNREADABLE_ENTITIES = "H0032" "unreadable-entities" Error {
        "data of entities that is no JSON",
        "The data is an array of entities, or one entity a line: `{\"type\": \"User\", \"id\": \"ann\", \"parents\": [{\"type\": \"Group\", \"id\": \"admins\"}], \"fields\": {\"level\": 3}}`. Nothing of data that can't be read is used: what is missing could be what a rule forbids by.",
        None
    }
    ENTITY_SHAPE = "H0033" "entity-shape" Error {
        "an entity that isn't written like one",
        "An entity has a `type` and an `id`, both texts, perhaps `parents`, a list of `{\"type\", \"id\"}`, and perhaps `fields`, an object. It has no other keys, and each once. An id has 1 to 1,024 bytes.",
        None
    }
    UNKNOWN_ENTITY_TYPE = "H0034" "unknown-entity-type" Error {
        "an entity of a type that the bundle doesn't declare",
        "The `type` of an entity, and of what it lies in, is the name of an `entity` declaration of the bundle; that of a pack's has the pack's name before it. A misspelt one would leave the entity unknown to all rules.",
        None
    }
    ENTITY_FIELD_TYPE = "H0035" "entity-field-type" Error {
        "an entity whose fields or parents are not as its declaration has them",
        "The fields of an entity have the types of its declaration. One whose type doesn't end in `?` must be there, and none that isn't declared may be. An entity lies only in entities of the types that stand behind `in` in its declaration. Nothing is converted: `\"3\"` is a text.",
        None
    }
    ENTITY_TWICE = "H0036" "entity-twice" Error {
        "an entity that the data has twice",
        "Type and id name an entity, and what two of one name say could differ. Put them together, or remove one.",
        None
    }
    ENTITY_WITHOUT_PARENT = "H0037" "entity-without-parent" Error {
        "an entity lies in one that the data doesn't have",
        "What an entity lies in, it lies in over any number of steps. Without the parent itself it isn't known what that lies in, and a rule that forbids something to its members would not hold. So the data has all parents, those without fields or parents of their own too.",
        None
    }
    ENTITIES_IN_CIRCLE = "H0038" "entities-in-circle" Error {
        "entities that lie in each other",
        "An entity that lies in itself, over one step or many, would be the same as all that lie between. Data like that is a mistake: the message names the way round.",
        None
    }
    ENTITIES_OVER_LIMIT = "H0039" "entities-over-limit" Error {
        "data of entities that is beyond a limit",
        "Data of entities has at most 1 GiB and 10,000,000 entities, each with at most 10,000 parents; texts, lists and nesting have the limits of events. What all of them lie in, over any number of steps, counts together at most 33,554,432 times, entities with the same parents once: a chain of 8,000 folders in each other is within it.",
        None
    }
}
