//! Regorus: a module is compiled for its virtual machine; the event is the input, what is known of the session is data.

use std::num::NonZeroUsize;
use std::sync::Arc;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::program::Program;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, PolicyLengthConfig, Rc, Value};

use crate::calls::Calls;
use crate::subject::{Subject, looped};
use crate::workload::authorization::store::Store;
use crate::workload::authorization::{App, Request as Asked};

const ALLOW: &str = "data.bench.allow";

/// Compiles a module.
///
/// # Errors
/// What is wrong.
pub fn program(module: &str) -> Result<Arc<Program>, String> {
    let mut engine = Engine::new();
    // Its limits of a file are below 10,000 rules.
    engine.set_policy_length_config(PolicyLengthConfig { max_file_bytes: NonZeroUsize::MAX, max_lines: NonZeroUsize::MAX, ..PolicyLengthConfig::default() });
    engine.add_policy("policy.rego".to_owned(), module.to_owned()).map_err(|e| e.to_string())?;
    let compiled = engine.compile_with_entrypoint(&Rc::from(ALLOW)).map_err(|e| e.to_string())?;
    Compiler::compile_from_policy(&compiled, &[ALLOW]).map_err(|e| e.to_string())
}

/// Returns a machine with a module and data.
///
/// # Errors
/// What is wrong.
pub fn machine(module: &str, data: serde_json::Value) -> Result<RegoVM, String> {
    let mut vm = RegoVM::new();
    vm.load_program(program(module)?);
    vm.set_data(Value::from(data)).map_err(|e| e.to_string())?;
    vm.set_max_instructions(usize::MAX);
    Ok(vm)
}

/// Decides an input.
pub fn permits(vm: &mut RegoVM, input: Value) -> bool {
    vm.set_input(input);
    vm.execute_entry_point_by_index(0).is_ok_and(|value| matches!(value, Value::Bool(true)))
}

fn prepared(calls: &Calls) -> Result<RegoVM, String> {
    machine(&calls.rego, serde_json::json!({ "context": calls.context }))
}

/// Decides lines.
///
/// # Errors
/// When the module can't be built.
pub fn lines(calls: &Calls) -> Result<Box<dyn Subject>, String> {
    let mut vm = prepared(calls)?;
    let lines: Vec<String> = calls.calls.iter().map(|c| c.line.clone()).collect();
    Ok(looped(move |step| Value::from_json_str(&lines[step]).is_ok_and(|input| permits(&mut vm, input))))
}

/// Decides inputs that were read before.
///
/// # Errors
/// When the module can't be built.
pub fn evaluation(calls: &Calls) -> Result<Box<dyn Subject>, String> {
    let mut vm = prepared(calls)?;
    let inputs: Vec<Value> = calls.calls.iter().map(|c| Value::from_json_str(&c.line).map_err(|e| e.to_string())).collect::<Result<_, String>>()?;
    Ok(looped(move |step| permits(&mut vm, inputs[step].clone())))
}

/// Decides requests about entities.
///
/// # Errors
/// When module or data can't be built.
pub fn authorization(app: App, store: &Store, asked: &[Asked]) -> Result<Box<dyn Subject>, String> {
    let mut vm = machine(app.policies.rego, store.to_rego_data())?;
    let input = |request: &Asked| {
        Value::from(serde_json::json!({
            "principal": store.full_name(request.principal),
            "action": app.actions[request.action],
            "resource": store.full_name(request.resource),
        }))
    };
    let inputs: Vec<Value> = asked.iter().map(input).collect();
    Ok(looped(move |step| permits(&mut vm, inputs[step].clone())))
}
