//! Cedar: the call is the action, its arguments are the context, what is known of the session is the principal's.
//!
//! Requests and entities are not held against the schema again when a decision is made, which would take longer. Policies are.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request, RestrictedExpression, Schema, ValidationMode,
    Validator,
};
use serde_json::{Map, Value};

use crate::calls::{Calls, Line};
use crate::subject::{Subject, looped};
use crate::workload::authorization::store::Store;
use crate::workload::authorization::{App, Request as Asked};

/// Parses policies and a schema, and validates the one against the other.
///
/// # Errors
/// What is wrong.
pub fn policies(policies: &str, schema: &str) -> Result<(PolicySet, Schema), String> {
    let (schema, _) = Schema::from_cedarschema_str(schema).map_err(|e| e.to_string())?;
    let policies = parse(policies)?;
    let validator = Validator::new(schema);
    let found = validator.validate(&policies, ValidationMode::Strict);
    if let Some(e) = found.validation_errors().next() {
        return Err(e.to_string());
    }
    Ok((policies, validator.schema().clone()))
}

/// Parses policies, and does not validate them.
///
/// # Errors
/// What is wrong.
pub fn parse(policies: &str) -> Result<PolicySet, String> {
    PolicySet::from_str(policies).map_err(|e| e.to_string())
}

/// Returns the name of an entity.
#[must_use]
pub fn uid(ty: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(ty.clone(), EntityId::new(id))
}

struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    action: EntityTypeName,
    principal: EntityUid,
    resource: EntityUid,
    decimals: Vec<&'static str>,
}

impl Cedar {
    fn new(calls: &Calls) -> Result<Self, String> {
        let (policies, _) = policies(&calls.cedar, &calls.cedar_schema)?;
        let name = |text| EntityTypeName::from_str(text).map_err(|e| e.to_string());
        let (principal, resource) = (uid(&name("Agent")?, "main"), uid(&name("Session")?, "s"));
        let attributes: HashMap<_, _> = calls.context.iter().map(|(k, v)| Ok((k.clone(), expression(v.clone(), false)?))).collect::<Result<_, String>>()?;
        let agent = Entity::new(principal.clone(), attributes, HashSet::new()).map_err(|e| e.to_string())?;
        let entities = Entities::from_entities([agent], None).map_err(|e| e.to_string())?;
        Ok(Self { authorizer: Authorizer::new(), policies, entities, action: name("Action")?, principal, resource, decimals: calls.decimals.clone() })
    }

    fn request(&self, line: Line<'_>) -> Result<Request, String> {
        let action = uid(&self.action, &line.name);
        let context = context(line.args, &self.decimals)?;
        Request::new(self.principal.clone(), action, self.resource.clone(), context, None).map_err(|e| e.to_string())
    }

    fn permits(&self, request: &Request) -> bool {
        self.authorizer.is_authorized(request, &self.policies, &self.entities).decision() == Decision::Allow
    }
}

fn context(args: Map<String, Value>, decimals: &[&str]) -> Result<Context, String> {
    let pairs: Vec<_> = args
        .into_iter()
        .map(|(name, value)| {
            let decimal = decimals.contains(&name.as_str());
            Ok((name, expression(value, decimal)?))
        })
        .collect::<Result<_, String>>()?;
    Context::from_pairs(pairs).map_err(|e| e.to_string())
}

fn expression(value: Value, decimal: bool) -> Result<RestrictedExpression, String> {
    Ok(match value {
        Value::Bool(b) => RestrictedExpression::new_bool(b),
        Value::String(text) => RestrictedExpression::new_string(text),
        Value::Number(number) if decimal => {
            let text = number.to_string();
            // A decimal of Cedar has a point.
            RestrictedExpression::new_decimal(if text.contains('.') { text } else { format!("{text}.0") })
        }
        Value::Number(number) => RestrictedExpression::new_long(number.as_i64().ok_or("a number that is no `Long`")?),
        other => return Err(format!("no argument is {other}")),
    })
}

/// Decides lines.
///
/// # Errors
/// When the policies can't be built.
pub fn lines(calls: &Calls) -> Result<Box<dyn Subject>, String> {
    let cedar = Cedar::new(calls)?;
    let lines: Vec<String> = calls.calls.iter().map(|c| c.line.clone()).collect();
    Ok(looped(move |step| Line::read(&lines[step]).and_then(|line| cedar.request(line)).is_ok_and(|request| cedar.permits(&request))))
}

/// Decides requests that were made before.
///
/// # Errors
/// When the policies can't be built.
pub fn evaluation(calls: &Calls) -> Result<Box<dyn Subject>, String> {
    let cedar = Cedar::new(calls)?;
    let requests: Vec<Request> = calls.calls.iter().map(|c| cedar.request(Line::read(&c.line)?)).collect::<Result<_, String>>()?;
    Ok(looped(move |step| cedar.permits(&requests[step])))
}

/// Decides requests about entities.
///
/// # Errors
/// When policies or data can't be built.
pub fn authorization(app: App, store: &Store, asked: &[Asked]) -> Result<Box<dyn Subject>, String> {
    let (policies, schema) = policies(app.policies.cedar, app.policies.cedar_schema)?;
    let entities = Entities::from_json_value(store.to_cedar_json(), Some(&schema)).map_err(|e| e.to_string())?;
    let name = |ty: &str, id: &str| Ok::<_, String>(uid(&EntityTypeName::from_str(ty).map_err(|e| e.to_string())?, id));
    let requests: Vec<Request> = asked
        .iter()
        .map(|request| {
            let (principal, resource) = (store.get(request.principal), store.get(request.resource));
            let (principal, resource) = (name(principal.ty, &principal.id)?, name(resource.ty, &resource.id)?);
            let action = name("Action", app.actions[request.action])?;
            Request::new(principal, action, resource, Context::empty(), Some(&schema)).map_err(|e| e.to_string())
        })
        .collect::<Result<_, String>>()?;
    let authorizer = Authorizer::new();
    Ok(looped(move |step| authorizer.is_authorized(&requests[step], &policies, &entities).decision() == Decision::Allow))
}
