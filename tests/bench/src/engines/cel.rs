//! CEL: an expression for each rule, tried in turn until one is true. What isn't true, an error too, permits nothing.

use std::sync::Arc;

use cel::{Context, Env, Program, Value};

use crate::calls::{Calls, Line};
use crate::subject::{Subject, looped};

/// Parses expressions.
///
/// # Errors
/// What is wrong.
pub fn programs(expressions: &[String]) -> Result<Vec<Program>, String> {
    let env = Env::stdlib();
    expressions.iter().map(|e| env.compile(e).map_err(|e| e.to_string())).collect()
}

fn value(value: impl serde::Serialize) -> Result<Value, String> {
    cel::to_value(value).map_err(|e| e.to_string())
}

fn session(env: &Arc<Env>, calls: &Calls) -> Result<Context<'static, 'static>, String> {
    let mut context = Context::with_env(Arc::clone(env));
    context.add_variable_from_value("context", value(&calls.context)?);
    Ok(context)
}

fn add(context: &mut Context<'_, '_>, line: &Line<'_>) -> Result<(), String> {
    context.add_variable_from_value("name", Value::from(&*line.name));
    context.add_variable_from_value("args", value(&line.args)?);
    Ok(())
}

fn permits(programs: &[Program], context: &Context<'_, '_>) -> bool {
    programs.iter().any(|program| matches!(program.execute(context), Ok(Value::Bool(true))))
}

/// Decides lines.
///
/// # Errors
/// When an expression can't be built.
pub fn lines(calls: &Calls) -> Result<Box<dyn Subject>, String> {
    let programs = programs(&calls.cel)?;
    let session = session(&Arc::new(Env::stdlib()), calls)?;
    let lines: Vec<String> = calls.calls.iter().map(|c| c.line.clone()).collect();
    Ok(looped(move |step| {
        let mut context = session.new_inner_scope();
        Line::read(&lines[step]).and_then(|line| add(&mut context, &line)).is_ok_and(|()| permits(&programs, &context))
    }))
}

/// Decides variables that were made before.
///
/// # Errors
/// When an expression can't be built.
pub fn evaluation(calls: &Calls) -> Result<Box<dyn Subject>, String> {
    let programs = programs(&calls.cel)?;
    let env = Arc::new(Env::stdlib());
    let contexts = calls
        .calls
        .iter()
        .map(|call| {
            let mut context = session(&env, calls)?;
            add(&mut context, &Line::read(&call.line)?)?;
            Ok(context)
        })
        .collect::<Result<Vec<_>, String>>()?;
    Ok(looped(move |step| permits(&programs, &contexts[step])))
}
