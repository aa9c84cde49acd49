//! Random conditions over random rows: the query language against an evaluator that is as plain as can
//! be, on trees of its own.

use pnp_hub::engine::random::{Randomness, Seeded};
use pnp_hub::{Hub, IfMatch};
use serde_json::{Map, Value, json};

/// A condition, as the generator makes it. It is printed with all parentheses, or with those that the
/// grammar needs.
enum Tree {
    Or(Box<Tree>, Box<Tree>),
    And(Box<Tree>, Box<Tree>),
    Not(Box<Tree>),
    Compare(&'static str, Operand, Operand),
    In(bool, Operand, Vec<Value>),
    Defined(&'static str),
    Member(&'static str),
}

/// A value that is compared.
enum Operand {
    Member(&'static str),
    Constant(Value),
    Calculate(char, Box<Operand>, Box<Operand>),
}

const MEMBERS: [&str; 4] = ["a", "b", "c", "d"];

fn pick<T: Copy>(random: &mut Seeded, from: &[T]) -> T {
    from[(random.next() as usize) % from.len()]
}

/// A value that a twin may hold, out of few, so that they often meet.
fn value(random: &mut Seeded) -> Value {
    let all = [
        json!(0),
        json!(1),
        json!(2),
        json!(1.5),
        json!("x"),
        json!("y"),
        json!(true),
        json!(false),
    ];
    all[(random.next() as usize) % all.len()].clone()
}

fn operand(random: &mut Seeded, depth: u32) -> Operand {
    match random.next() % if depth == 0 { 4 } else { 6 } {
        0..=2 => Operand::Member(pick(random, &MEMBERS)),
        3 => Operand::Constant(value(random)),
        _ => Operand::Calculate(
            pick(random, &['+', '-', '*', '/', '%']),
            Box::new(operand(random, depth - 1)),
            Box::new(operand(random, depth - 1)),
        ),
    }
}

fn tree(random: &mut Seeded, depth: u32) -> Tree {
    let below = |random: &mut Seeded| Box::new(tree(random, depth - 1));
    match random.next() % if depth == 0 { 5 } else { 10 } {
        0..=1 => Tree::Compare(
            pick(random, &["=", "!=", "<>", "<", "<=", ">", ">="]),
            operand(random, 2),
            operand(random, 2),
        ),
        2 => {
            let list = (0..random.next() % 4).map(|_| value(random)).collect();
            Tree::In(pick(random, &[true, false]), operand(random, 1), list)
        }
        3 => Tree::Defined(pick(random, &MEMBERS)),
        4 => Tree::Member(pick(random, &MEMBERS)),
        5..=6 => Tree::Or(below(random), below(random)),
        7..=8 => Tree::And(below(random), below(random)),
        _ => Tree::Not(below(random)),
    }
}

/// The tree as text; `rank` is that of what stands around it: 0 for `OR`, 1 for `AND`, 2 for `NOT`.
fn text(tree: &Tree, rank: u32) -> String {
    let (own, text) = match tree {
        Tree::Or(left, right) => (0, format!("{} OR {}", text(left, 0), text(right, 1))),
        Tree::And(left, right) => (1, format!("{} AND {}", text(left, 1), text(right, 2))),
        Tree::Not(inner) => (2, format!("NOT {}", text(inner, 2))),
        Tree::Compare(op, left, right) => (
            3,
            format!("{} {op} {}", operand_text(left, 0), operand_text(right, 0)),
        ),
        Tree::In(negated, value, list) => {
            let op = if *negated { "NIN" } else { "IN" };
            (
                3,
                format!("{} {op} {}", operand_text(value, 0), json!(list)),
            )
        }
        Tree::Defined(member) => (3, format!("IS_DEFINED(tags.{member})")),
        Tree::Member(member) => (3, format!("tags.{member}")),
    };
    if own < rank {
        format!("({text})")
    } else {
        text
    }
}

fn operand_text(operand: &Operand, rank: u32) -> String {
    match operand {
        Operand::Member(member) => format!("tags.{member}"),
        Operand::Constant(value) => value.to_string(),
        Operand::Calculate(op, left, right) => {
            let own = if ['+', '-'].contains(op) { 0 } else { 1 };
            let text = format!(
                "{} {op} {}",
                operand_text(left, own),
                operand_text(right, own + 1)
            );
            if own < rank {
                format!("({text})")
            } else {
                text
            }
        }
    }
}

/// Truth as a number: 0 false, 1 undefined, 2 true. Then `AND` is the least, `OR` the greatest, and
/// `NOT` the mirror image.
fn truth(tree: &Tree, row: &Map<String, Value>) -> u8 {
    let of = |condition: bool| if condition { 2 } else { 0 };
    match tree {
        Tree::Or(left, right) => truth(left, row).max(truth(right, row)),
        Tree::And(left, right) => truth(left, row).min(truth(right, row)),
        Tree::Not(inner) => 2 - truth(inner, row),
        Tree::Defined(member) => of(row.contains_key(*member)),
        Tree::Member(member) => match row.get(*member) {
            Some(Value::Bool(value)) => of(*value),
            _ => 1,
        },
        Tree::In(negated, value, list) => match evaluate(value, row) {
            None => 1,
            Some(value) => of(list.iter().any(|one| same(one, &value)) != *negated),
        },
        Tree::Compare(op, left, right) => {
            let (Some(left), Some(right)) = (evaluate(left, row), evaluate(right, row)) else {
                return 1;
            };
            match (*op, rank_in_type(&left), rank_in_type(&right)) {
                ("=", ..) => of(same(&left, &right)),
                ("!=" | "<>", ..) => of(!same(&left, &right)),
                (_, (left_type, _), (right_type, _)) if left_type != right_type => 1,
                ("<", (_, left), (_, right)) => of(left < right),
                ("<=", (_, left), (_, right)) => of(left <= right),
                (">", (_, left), (_, right)) => of(left > right),
                (_, (_, left), (_, right)) => of(left >= right),
            }
        }
    }
}

/// The type of a value, and where it stands among the values of that type.
fn rank_in_type(value: &Value) -> (u8, f64) {
    match value {
        Value::Number(number) => (0, number.as_f64().unwrap()),
        Value::String(text) => (1, if text == "x" { 0.0 } else { 1.0 }),
        Value::Bool(value) => (2, f64::from(u8::from(*value))),
        other => panic!("{other} is not among the values"),
    }
}

fn same(left: &Value, right: &Value) -> bool {
    rank_in_type(left) == rank_in_type(right)
}

fn evaluate(operand: &Operand, row: &Map<String, Value>) -> Option<Value> {
    match operand {
        Operand::Member(member) => row.get(*member).cloned(),
        Operand::Constant(value) => Some(value.clone()),
        Operand::Calculate(op, left, right) => {
            let (left, right) = (
                evaluate(left, row)?.as_f64()?,
                evaluate(right, row)?.as_f64()?,
            );
            let result = match op {
                '+' => left + right,
                '-' => left - right,
                '*' => left * right,
                '/' if right != 0.0 => left / right,
                '%' if right != 0.0 => left % right,
                _ => return None,
            };
            result.is_finite().then(|| json!(result))
        }
    }
}

#[test]
fn random_conditions_pick_what_a_naive_evaluator_picks() {
    let hub = Hub::default();
    let mut random = Seeded::new(1974);
    let mut rows = Vec::new();
    for number in 0..25 {
        let mut row = Map::new();
        for member in MEMBERS {
            if !random.next().is_multiple_of(4) {
                row.insert(member.to_owned(), value(&mut random));
            }
        }
        let identity = hub.create_device(format!("d{number:02}")).unwrap();
        hub.update_twin(&identity, json!({ "tags": row }), IfMatch::Any)
            .unwrap();
        rows.push((identity, row));
    }
    let (mut some, mut none) = (0, 0);
    for _ in 0..1500 {
        let tree = tree(&mut random, 4);
        let condition = text(&tree, 0);
        let query = format!("SELECT deviceId FROM devices WHERE {condition}");
        let page = hub
            .query(&query, 100, None)
            .unwrap_or_else(|error| panic!("{condition}: {error}"));
        let expected: Vec<_> = rows
            .iter()
            .filter(|(_, row)| truth(&tree, row) == 2)
            .map(|(identity, _)| json!({ "deviceId": identity.device_id() }))
            .collect();
        assert_eq!(page.items, expected, "{condition}");
        if expected.is_empty() {
            none += 1;
        } else {
            some += 1;
        }
    }
    assert!(
        some > 500 && none > 100,
        "{some} with a result, {none} without"
    );
}
