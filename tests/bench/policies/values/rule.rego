allow if {
  input.name == "pay"
  input.args.account == "account-$n"
  input.args.amount <= $limit
}

