package bench

default allow := false

allow if {
  permitted
  not forbidden
}

# The ancestors of everything are data.
within(x, y) if x == y

within(x, y) if data.ancestors[x][y]

document := data.fields[input.resource]

# Who owns a document may do everything.
permitted if input.principal == document.owner

# Who reads or writes may look.
permitted if {
  input.action in {"view", "download"}
  visible
}

visible if document.public

visible if within(input.principal, document.readers)

visible if within(input.principal, document.writers)

permitted if {
  input.action == "edit"
  within(input.principal, document.writers)
}

permitted if {
  input.action == "view"
  within(input.principal, "Group::auditors")
  within(input.resource, "Folder::company")
}

# What is archived stays as it is.
forbidden if {
  input.action in {"edit", "share"}
  within(input.resource, "Folder::archive")
}

# What is confidential does not leave the house.
forbidden if {
  input.action == "download"
  within(input.resource, "Folder::confidential")
  not within(input.principal, "Group::staff")
}
