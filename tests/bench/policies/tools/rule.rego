allow if {
  input.name == "t$n"
  input.args.amount <= $limit
  input.args.account == "main"
}

