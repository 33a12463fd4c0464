# What a payment assistant may do.
package bench

payees := {
  "CH9300762011623852957", "GB29NWBK60161331926819", "DE89370400440532013000", "FR1420041010050500013M02606",
  "NL91ABNA0417164300", "ES9121000418450200051332", "IT60X0542811101000000123456", "AT611904300234573201",
}

default allow := false

allow if {
  input.name == "send_money"
  data.context.role == "teller"
  input.args.recipient in payees
  input.args.amount <= 500.00
  input.args.currency == "EUR"
  not input.args.urgent
}
