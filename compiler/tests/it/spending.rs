//! Budgets, charges, and what a child agent is granted.

use reach_compiler::ir::{ExprKind, Grant, Type};

use super::support::{accepts, said, short, when};

const MONEY: &str = "context { cap: decimal, used: decimal?, user: text }\n\n\
    let daily = 1000\n\n\
    budget spend: decimal limit daily per session over 24h\n\
    budget calls: int limit 10 per agent opening 2\n\n\
    tool search(q: text)\n\
    tool read_file(file_path: path)\n\
    tool pay(to: text, amount: decimal, tip: decimal?, n: int)\n\
    agent helper(usd: decimal, tools: list<text>, set: set<text>, name: text)\n\
    agent clerk(usd: decimal)\n\n";

#[test]
fn budgets_and_charges_are_typed() {
    let bundle = accepts(&format!(
        "{MONEY}budget mine: decimal limit min(context.cap, 50) per session opening context.used else 0\n\n\
         charge spend by args.amount + tip on pay when args.tip as tip and tip > 1\n\
         charge calls by 1 on *\n\
         charge spend by if count(call pay) > 3 then 2 else 1 on pay, helper\n"
    ));
    let named: Vec<_> = bundle.budgets.iter().map(|b| (b.name.as_str(), b.ty.clone(), b.per_agent, b.over, b.opening.is_some())).collect();
    assert_eq!(
        named,
        [("spend", Type::Decimal, false, Some(86_400_000_000_000), false), ("calls", Type::Int, true, None, true), ("mine", Type::Decimal, false, None, true)]
    );
    assert_eq!(short(&bundle.budgets[0].limit), "const(num:1000000000000000000000)");
    let charges: Vec<_> = bundle.charges.iter().map(|c| (c.budget, c.targets.len(), c.when.is_some())).collect();
    assert_eq!(charges, [(0, 1, true), (1, 6, false), (0, 2, false)]);
    // What `when` binds is put into the amount.
    assert_eq!(short(&bundle.charges[0].amount), "arith(add, slot(arg:amount), unwrap(slot(arg:tip)))");
    assert_eq!(bundle.monitors.len(), 1);
}

#[test]
fn a_child_is_granted_steps_and_amounts() {
    let bundle = accepts(&format!(
        "{MONEY}permit p\n  on helper, clerk\n  when args.usd < 5.00\n  grants {{ search, read_file where args.file_path within \"/docs\", model_free\n    budget spend: args.usd, budget calls: 3 }}\n\n\
         permit q\n  on helper\n  when args.tools within agent.rights and args.set within agent.rights and {{ \"search\" }} within agent.rights and agent.depth < 2 and agent.live_children < 3\n  grants {{}}\n\n\
         permit r\n  on clerk\n"
    ).replace(", model_free", ""));
    let grants = bundle.rules[0].grants.as_ref().unwrap();
    let shown: Vec<String> = grants
        .iter()
        .map(|grant| match grant {
            Grant::Steps { targets, condition } => {
                format!("{:?} {}", targets.iter().map(|t| t.target).collect::<Vec<_>>(), condition.as_ref().map(short).unwrap_or_default())
            }
            Grant::Budget { budget, amount } => format!("{budget} {}", short(amount)),
        })
        .collect();
    assert_eq!(shown, ["[0] ", "[1] within(slot(arg:file_path), const(text:/docs))", "0 slot(arg:usd)", "1 const(num:3)"]);
    assert_eq!(bundle.rules[1].grants, Some(Vec::new()));
    assert_eq!(bundle.rules[2].grants, None);
    let ExprKind::And(terms) = &when(&bundle, "q").kind else { panic!() };
    assert_eq!(short(&terms[0]), "within_rights(slot(arg:tools))");
}

#[test]
fn mistakes_about_budgets_and_children_are_explained() {
    let mut out = String::new();
    for rule in [
        "budget b: text limit \"a\" per session",
        "budget b: decimal limit 5.00 per day",
        "budget b: decimal limit 5.00 per sesion",
        "budget b: decimal limit -5.00 per session",
        "budget b: int limit 5.5 per session",
        "budget b: decimal limit args.n per session",
        "budget b: decimal limit context.used per session",
        "budget b: int limit count(call pay) per session",
        "budget b: int limit 5 per session over 0s",
        "charge spnd by 1.00 on pay",
        "charge pay by 1.00 on pay",
        "charge spend by args.n on pay",
        "charge spend by args.tip on pay",
        "charge spend by -1 on pay",
        "charge spend by 1.00 on undeclared",
        "charge spend by args.amount on pay, search",
        "forbid f\n  on helper\n  grants { search }",
        "permit f\n  on pay, spawn\n  grants { search }",
        "permit f\n  on helper\n  grants { serch }",
        "permit f\n  on helper\n  grants { budget spnd: 1.00 }",
        "permit f\n  on helper\n  grants { budget spend: args.name }",
        "permit f\n  on helper\n  grants { budget spend: 1.00, budget spend: 2.00 }",
        "permit f\n  on helper\n  grants { search where args.usd > 1.00 }",
        "permit f\n  on helper\n  grants { search where ever(call pay) }",
        "permit f\n  on helper\n  grants { undeclared }",
        "permit f\n  on helper\n  when args.name within agent.rights",
        "permit f\n  on helper\n  when args.name in agent.rights",
        "permit f\n  on helper\n  when args.usd within agent.rights",
        "fn f(xs: list<text>) = xs within agent.rights",
        "permit f\n  on helper\n  when spend > 1",
        "permit f\n  on helper\n  when clerk == args.name",
    ] {
        out.push_str(&format!("{rule}\n    {}\n", said(&format!("{MONEY}{rule}\n")).replace("; ", "\n    ")));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn the_page_of_the_contract_means_something() {
    let bundle = accepts(
        "label untrusted\n\n\
         tool get_balance()\ntool read_file(file_path: path) returns untrusted\n\
         tool send_money(recipient: text, amount: decimal, subject: text, date: date?)\n\
         tool schedule_transaction(recipient: text, amount: decimal, recurring: bool)\n\n\
         context {\n  user: email\n  role: enum { teller, auditor }\n}\n\n\
         let daily_limit = 1000.00\nlet payees: set<text> = { \"CH9300762011623852957\", \"GB29NWBK60161331926819\" }\n\n\
         budget spend: decimal limit daily_limit per session over 24h\ncharge spend by args.amount on send_money, schedule_transaction\n\n\
         permit reading\n  on get_balance, read_file\n\n\
         permit known_payees\n  on send_money, schedule_transaction\n  when args.recipient in payees\n    or args.recipient from user\n\n\
         ask large_transfers\n  on send_money\n  when args.amount > 500.00\n  because \"a transfer of {args.amount} to {args.recipient} needs a person\"\n\n\
         @severity(high)\nforbid planted_payee\n  on send_money, schedule_transaction\n  when args.recipient from untrusted\n  unless args.recipient from user or args.recipient in payees\n  \
         because \"{args.recipient} appears only in untrusted content\"\n\n\
         forbid burst\n  on send_money\n  when count(call send_money over 1h) >= 5\n",
    );
    assert_eq!((bundle.monitors.len(), bundle.origins.len(), bundle.budgets.len(), bundle.charges.len()), (1, 2, 1, 1));
}
