//! The query options: every table that a select, condition, order or expand looks at.
//!
//! In: parsed options and the table that they narrow. Out: a `read` for each further table. Invariant: every member of
//! every tree is visited; a new one does not compile until somebody says what it looks at.

use odata::{Expand, ExpandOptions, Expr, Lambda, Literal, OrderBy, QueryOptions};

use crate::act::{Action, Asked};
use crate::said::SaidError;
use crate::surface::Surface;

/// Parameters of Dataverse's query functions that name a property by a text.
const NAMED_PROPERTY: &str = "PropertyName";

pub(super) fn read(surface: &Surface, table: &str, options: &QueryOptions, asked: &mut Asked) -> Result<(), SaidError> {
    let QueryOptions {
        select,
        filter,
        search,
        order_by,
        top: _,
        count: _,
        expand,
        skip_token: _,
        id: _,
    } = options;
    let mut walk = Walk {
        surface,
        asked,
        variables: Vec::new(),
    };
    if search.is_some() {
        return Err(SaidError::Refused("`$search` is not let through"));
    }
    for path in select.iter().flatten() {
        walk.path(table, &path.segments)?;
    }
    if let Some(filter) = filter {
        walk.expr(table, filter)?;
    }
    for OrderBy { path, direction: _ } in order_by {
        walk.path(table, &path.segments)?;
    }
    for item in expand {
        self::expand(surface, table, item, asked)?;
    }
    Ok(())
}

fn expand(surface: &Surface, table: &str, item: &Expand, asked: &mut Asked) -> Result<(), SaidError> {
    let Expand { navigation, options } = item;
    let target = target(surface, table, navigation)?;
    asked.table(Action::Read, target);
    match options {
        ExpandOptions::Rows(options) => read(surface, target, options, asked),
        ExpandOptions::Ref => Ok(()),
    }
}

/// A way through one condition or order.
struct Walk<'s, 'a> {
    surface: &'s Surface,
    asked: &'a mut Asked,
    /// Variables of the lambdas around, the innermost last, each with the table that it ranges over.
    variables: Vec<(String, &'s str)>,
}

impl Walk<'_, '_> {
    fn expr(&mut self, table: &str, expr: &Expr) -> Result<(), SaidError> {
        match expr {
            Expr::Literal(_) => Ok(()),
            Expr::Path(path) => self.path(table, &path.segments),
            Expr::Not(inner)
            | Expr::In {
                operand: inner,
                list: _,
            } => self.expr(table, inner),
            Expr::Binary { op: _, left, right } => {
                self.expr(table, left)?;
                self.expr(table, right)
            }
            Expr::Call {
                name: _,
                arguments,
                named,
            } => {
                for argument in arguments {
                    self.expr(table, argument)?;
                }
                for (parameter, value) in named {
                    self.named(table, parameter, value)?;
                }
                Ok(())
            }
            Expr::Lambda(lambda) => self.lambda(table, lambda),
        }
    }

    /// A property that is named by a text may lie behind a navigation like any other.
    fn named(&mut self, table: &str, parameter: &str, value: &Literal) -> Result<(), SaidError> {
        if let Literal::String(text) = value
            && parameter == NAMED_PROPERTY
        {
            let segments: Vec<String> = text.split('/').map(str::to_owned).collect();
            return self.path(table, &segments);
        }
        Ok(())
    }

    fn lambda(&mut self, table: &str, lambda: &Lambda) -> Result<(), SaidError> {
        let Lambda {
            collection,
            kind: _,
            variable,
            condition,
        } = lambda;
        let (mut at, segments) = self.start(table, &collection.segments);
        let mut over = None;
        for segment in segments {
            let target = target(self.surface, &at, segment)?;
            self.asked.table(Action::Read, target);
            over = Some(target);
            target.clone_into(&mut at);
        }
        let over = over.ok_or(SaidError::Refused("a lambda ranges over a navigation"))?;
        let (Some(variable), Some(condition)) = (variable, condition) else {
            return Ok(());
        };
        if self.surface.target(table, variable).is_some() {
            // Readers could take one for the other.
            return Err(SaidError::Refused("a range variable has the name of a navigation"));
        }
        self.variables.push((variable.clone(), over));
        self.expr(table, condition)?;
        self.variables.pop();
        Ok(())
    }

    /// All but the last name of a path are navigations.
    fn path(&mut self, table: &str, path: &[String]) -> Result<(), SaidError> {
        let (mut at, segments) = self.start(table, path);
        let Some((_column, navigations)) = segments.split_last() else {
            return Ok(());
        };
        for navigation in navigations {
            let target = target(self.surface, &at, navigation)?;
            self.asked.table(Action::Read, target);
            target.clone_into(&mut at);
        }
        Ok(())
    }

    /// A path begins at the table, or at the variable of a lambda around it.
    fn start<'p>(&self, table: &str, path: &'p [String]) -> (String, &'p [String]) {
        let of_variable = path.split_first().and_then(|(first, rest)| {
            let (_, over) = self.variables.iter().rev().find(|(name, _)| name == first)?;
            Some(((*over).to_owned(), rest))
        });
        of_variable.unwrap_or_else(|| (table.to_owned(), path))
    }
}

fn target<'s>(surface: &'s Surface, table: &str, navigation: &str) -> Result<&'s str, SaidError> {
    surface.target(table, navigation).ok_or_else(|| SaidError::Unknown {
        table: table.to_owned(),
        name: navigation.to_owned(),
    })
}
