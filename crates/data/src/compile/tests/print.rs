//! Plans as text, names instead of positions.

use std::fmt::Write as _;

use crate::access::GuardedWrite;
use crate::catalogue::{Catalogue, ColumnId, Navigation, Table, TableId};
use crate::plan::{Action, Cell, Comparison, Expand, Node, Predicate, ReadPlan};

/// Spaces per level.
const INDENT: usize = 2;

struct Printer<'a> {
    catalogue: &'a Catalogue,
    text: String,
}

pub(super) fn read(catalogue: &Catalogue, plan: &ReadPlan) -> String {
    let mut printer = Printer {
        catalogue,
        text: String::new(),
    };
    printer.read(plan, 0);
    printer.text
}

pub(super) fn write(catalogue: &Catalogue, write: &GuardedWrite) -> String {
    let mut printer = Printer {
        catalogue,
        text: String::new(),
    };
    printer.write(write);
    printer.text
}

impl<'a> Printer<'a> {
    fn line(&mut self, level: usize, text: &str) {
        writeln!(self.text, "{:width$}{text}", "", width = level * INDENT).unwrap();
    }

    fn table(&self, id: TableId) -> &'a Table {
        self.catalogue.table(id)
    }

    fn read(&mut self, plan: &ReadPlan, level: usize) {
        self.line(level, &format!("wants {:?}", plan.wants));
        self.line(level, &format!("form {:?}", plan.form));
        self.node(&plan.root, level);
        if let Some(within) = &plan.within {
            self.line(level, "within");
            self.read(within, level + 1);
        }
    }

    fn node(&mut self, node: &Node, level: usize) {
        let table = self.table(node.table);
        self.line(level, &format!("rows of {}", table.logical_name));
        let names: Vec<_> = node.columns.iter().map(|id| name(table, *id)).collect();
        let selected = node
            .selected
            .map_or("all".to_owned(), |count| format!("{count} selected"));
        self.line(level, &format!("columns ({selected}): {}", names.join(", ")));
        for wanted in &node.names {
            let target = self.table(wanted.target);
            self.line(
                level,
                &format!("name of {} in {}", name(table, wanted.column), target.logical_name),
            );
            self.predicate(target, &wanted.filter, level + 1);
        }
        self.line(level, "where");
        self.predicate(table, &node.filter, level + 1);
        for key in &node.order {
            let mut at = table;
            let mut path = String::new();
            for hop in &key.through {
                write!(path, "{}/", name(at, hop.column)).unwrap();
                at = self.table(hop.target);
            }
            let direction = if key.descending { "descending" } else { "ascending" };
            self.line(level, &format!("order by {path}{} {direction}", name(at, key.column)));
            for hop in &key.through {
                let target = self.table(hop.target);
                self.line(level + 1, &format!("through {} where", target.logical_name));
                self.predicate(target, &hop.filter, level + 2);
            }
        }
        if let Some(limit) = node.limit {
            self.line(level, &format!("limit {limit}"));
        }
        for Expand {
            name,
            navigation,
            node,
            only_references,
        } in &node.expands
        {
            let what = if *only_references { "references" } else { "rows" };
            self.line(
                level,
                &format!("expand {name} ({what}), {}", self.navigation(*navigation)),
            );
            self.node(node, level + 1);
        }
    }

    fn navigation(&self, navigation: Navigation) -> String {
        match navigation {
            Navigation::One { target, .. } => format!("the {} it points to", self.table(target).logical_name),
            Navigation::Many { table, column } => {
                let table = self.table(table);
                format!("{} that point here by {}", table.logical_name, name(table, column))
            }
            Navigation::ManyToMany { intersect, target, .. } => {
                format!(
                    "{} by way of {}",
                    self.table(target).logical_name,
                    self.table(intersect).logical_name
                )
            }
        }
    }

    fn predicate(&mut self, table: &Table, predicate: &Predicate, level: usize) {
        match predicate {
            Predicate::All(parts) if parts.is_empty() => self.line(level, "always"),
            Predicate::Any(parts) if parts.is_empty() => self.line(level, "never"),
            Predicate::All(parts) => self.group(table, "all of", parts, level),
            Predicate::Any(parts) => self.group(table, "one of", parts, level),
            Predicate::Not(inner) => {
                self.line(level, "not");
                self.predicate(table, inner, level + 1);
            }
            Predicate::Compare { column, op, value } => {
                self.line(
                    level,
                    &format!("{} {} {}", name(table, *column), operator(*op), self.cell(value)),
                );
            }
            Predicate::CompareColumns { left, op, right } => {
                self.line(
                    level,
                    &format!("{} {} {}", name(table, *left), operator(*op), name(table, *right)),
                );
            }
            Predicate::Like { column, pattern } => {
                self.line(level, &format!("{} like {pattern:?}", name(table, *column)));
            }
            Predicate::In { column, list } => {
                self.line(level, &format!("{} in {} ids", name(table, *column), list.len()));
            }
            Predicate::Related { navigation, predicate } => {
                self.line(
                    level,
                    &format!("there is, of {}, one with", self.navigation(*navigation)),
                );
                let target = match *navigation {
                    Navigation::One { target, .. } | Navigation::ManyToMany { target, .. } => target,
                    Navigation::Many { table, .. } => table,
                };
                self.predicate(self.table(target), predicate, level + 1);
            }
        }
    }

    fn group(&mut self, table: &Table, word: &str, parts: &[Predicate], level: usize) {
        self.line(level, word);
        for part in parts {
            self.predicate(table, part, level + 1);
        }
    }

    fn cell(&self, cell: &Cell) -> String {
        match cell {
            Cell::Reference(table, id) => format!("{}({id})", self.table(*table).logical_name),
            Cell::Keyed { table, key, values } => {
                let table = self.table(*table);
                let key = &table.keys[*key].name;
                let values: Vec<_> = values.iter().map(|value| self.cell(value)).collect();
                format!("{}({key}: {})", table.logical_name, values.join(", "))
            }
            Cell::Null => "null".to_owned(),
            Cell::Bool(value) => value.to_string(),
            Cell::Int(number) => number.to_string(),
            Cell::Double(number) => number.to_string(),
            Cell::Text(text) => format!("{text:?}"),
            Cell::Guid(id) => id.to_string(),
        }
    }

    fn write(&mut self, write: &GuardedWrite) {
        let table = self.table(write.plan.table);
        self.line(0, &format!("change of {}", table.logical_name));
        let cells: &[(ColumnId, Cell)] = match &write.plan.action {
            Action::Create { id, cells } => {
                self.line(0, &format!("create {id}"));
                cells
            }
            Action::Update { row, cells, condition } => {
                self.line(0, &format!("update {row:?} if {condition:?}"));
                cells
            }
            Action::Delete { row, condition } => {
                self.line(0, &format!("delete {row:?} if {condition:?}"));
                &[]
            }
            Action::Associate { sides, .. } | Action::Disassociate { sides } => {
                for (column, side, id) in sides {
                    self.line(
                        1,
                        &format!("{} = {}({id})", name(table, *column), self.table(*side).logical_name),
                    );
                }
                &[]
            }
        };
        for (column, cell) in cells {
            self.line(1, &format!("{} = {}", name(table, *column), self.cell(cell)));
        }
        let rules = &write.rules;
        if let Action::Update { .. } | Action::Delete { .. } = write.plan.action {
            self.line(0, "visible");
            self.predicate(table, &rules.visible, 1);
        }
        for (when, rules) in [("before", &rules.before), ("after", &rules.after)] {
            for (right, rule) in rules {
                self.line(0, &format!("{when}: {right:?}"));
                self.predicate(table, rule, 1);
            }
        }
        for target in &rules.targets {
            let there = self.table(target.table);
            self.line(
                0,
                &format!("{} may point to {}", name(table, target.column), there.logical_name),
            );
            self.predicate(there, &target.rule, 1);
        }
        if let Some(owner) = &rules.owner {
            self.line(
                0,
                &format!("owner {}({})", self.table(owner.table).logical_name, owner.id),
            );
        }
        for side in &rules.sides {
            let there = self.table(side.table);
            self.line(0, &format!("side {}({})", there.logical_name, side.id));
            self.predicate(there, &side.rule, 1);
        }
        let mut cascades: Vec<_> = rules.cascades.iter().collect();
        cascades.sort_by_key(|(table, _)| **table);
        for (other, rule) in cascades {
            self.line(0, &format!("takes along {}", self.table(*other).logical_name));
            self.predicate(self.table(*other), rule, 1);
        }
    }
}

fn name(table: &Table, column: ColumnId) -> &str {
    &table.column(column).logical_name
}

fn operator(op: Comparison) -> &'static str {
    match op {
        Comparison::Eq => "eq",
        Comparison::Ne => "ne",
        Comparison::Lt => "lt",
        Comparison::Le => "le",
        Comparison::Gt => "gt",
        Comparison::Ge => "ge",
    }
}
