package bench

default allow := false

allow if {
  permitted
  not forbidden
}

# The ancestors of everything are data.
within(x, y) if x == y

within(x, y) if data.ancestors[x][y]

list := data.fields[input.resource]

# Everybody may make lists and see which are theirs.
permitted if {
  input.action in {"create", "browse"}
  input.resource == "Application::to_do"
}

# Who owns a list may do everything.
permitted if input.principal == list.owner

permitted if {
  input.action == "view"
  within(input.principal, list.readers)
}

permitted if {
  input.action == "view"
  within(input.principal, list.editors)
}

permitted if {
  input.action in {"rename", "add", "finish"}
  within(input.principal, list.editors)
}

permitted if {
  within(input.principal, "Team::admins")
  within(input.resource, "Application::to_do")
}

# Interns work on lists of others.
forbidden if {
  input.action == "create"
  within(input.principal, "Team::interns")
}
