package bench

default allow := false

allow if {
  permitted
  not forbidden
}

# The ancestors of everything are data. Each role has what the role below it has: its team is in the other's.
member(team) if data.ancestors[input.principal][team]

thing := data.fields[input.resource]

permitted if {
  input.action in {"pull", "fork"}
  member(thing.readers)
}

permitted if {
  input.action == "label"
  member(thing.triagers)
}

permitted if {
  input.action == "push"
  member(thing.writers)
}

permitted if {
  input.action == "settings"
  member(thing.maintainers)
}

permitted if {
  input.action == "transfer"
  member(thing.admins)
}

permitted if {
  input.action == "comment"
  member(data.fields[thing.repository].readers)
}

permitted if {
  input.action == "close"
  input.principal == thing.reporter
}

permitted if {
  input.action == "close"
  member(data.fields[thing.repository].triagers)
}

permitted if {
  input.action == "remove"
  member(data.fields[thing.repository].maintainers)
}

# What is archived is read only.
forbidden if {
  input.action in {"label", "push", "settings"}
  thing.archived
}

forbidden if {
  input.action in {"comment", "close", "remove"}
  data.fields[thing.repository].archived
}
