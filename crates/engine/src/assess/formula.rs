//! Formulas as people write them: numbers, names, `+ - * / ( )`, comparisons that are 1 or 0, `ln` and `abs`.
//!
//! `revenue[-1]` is a concept a year earlier. Example: `1.2 * a / b + (c > 0)` with a = 5, b = 10 and c = 3 is 1.6.

use std::fmt;

/// A formula.
#[derive(Clone, PartialEq, Debug)]
pub enum Expression {
    /// A number.
    Number(f64),
    /// A concept or term, so many years back.
    Name(String, i32),
    /// `-x`, `ln(x)` or `abs(x)`.
    Of(Function, Box<Expression>),
    /// Two joined.
    Two(Operator, Box<Expression>, Box<Expression>),
}

/// What is done to one number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "as they are called")]
pub enum Function {
    Negative,
    Ln,
    Abs,
}

/// What joins two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "as they are called")]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Above,
    Below,
}

/// What a formula cannot be read for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormulaError {
    /// The formula.
    pub formula: String,
    /// From which character on, counted from 1.
    pub at: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl fmt::Display for FormulaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: expected {} at character {}", self.formula, self.expected, self.at)
    }
}

impl std::error::Error for FormulaError {}

impl Expression {
    /// Reads a formula.
    ///
    /// # Errors
    /// [`FormulaError`], with its place.
    pub fn parse(text: &str) -> Result<Self, FormulaError> {
        let mut reader = Reader { text, at: 0 };
        let whole = reader.comparison()?;
        reader.spaces();
        if reader.at == text.len() { Ok(whole) } else { Err(reader.expected("an operator or the end")) }
    }

    /// Every name in it, as often as it stands there.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Number(_) => Vec::new(),
            Self::Name(name, _) => vec![name],
            Self::Of(_, of) => of.names(),
            Self::Two(_, left, right) => [left.names(), right.names()].concat(),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn spaces(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn take(&mut self, sign: char) -> bool {
        self.spaces();
        let there = self.rest().starts_with(sign);
        self.at += if there { sign.len_utf8() } else { 0 };
        there
    }

    fn word(&mut self, belongs: impl Fn(char) -> bool) -> String {
        self.spaces();
        let word: String = self.rest().chars().take_while(|c| belongs(*c)).collect();
        self.at += word.len();
        word
    }

    fn expected(&self, expected: &'static str) -> FormulaError {
        FormulaError { formula: self.text.to_owned(), at: self.text[..self.at].chars().count() + 1, expected }
    }

    fn comparison(&mut self) -> Result<Expression, FormulaError> {
        let left = self.sum()?;
        let operator = match () {
            () if self.take('>') => Operator::Above,
            () if self.take('<') => Operator::Below,
            () => return Ok(left),
        };
        Ok(two(operator, left, self.sum()?))
    }

    fn sum(&mut self) -> Result<Expression, FormulaError> {
        let mut left = self.product()?;
        loop {
            let operator = match () {
                () if self.take('+') => Operator::Add,
                () if self.take('-') => Operator::Subtract,
                () => return Ok(left),
            };
            left = two(operator, left, self.product()?);
        }
    }

    fn product(&mut self) -> Result<Expression, FormulaError> {
        let mut left = self.factor()?;
        loop {
            let operator = match () {
                () if self.take('*') => Operator::Multiply,
                () if self.take('/') => Operator::Divide,
                () => return Ok(left),
            };
            left = two(operator, left, self.factor()?);
        }
    }

    fn factor(&mut self) -> Result<Expression, FormulaError> {
        if self.take('-') {
            return Ok(Expression::Of(Function::Negative, Box::new(self.factor()?)));
        }
        if self.take('(') {
            return self.closed();
        }
        let number = self.word(|c| c.is_ascii_digit() || c == '.');
        if !number.is_empty() {
            return number.parse().map(Expression::Number).map_err(|_| self.expected("a number"));
        }
        let name = self.word(|c| c.is_ascii_alphanumeric() || c == '_');
        match name.as_str() {
            "" => Err(self.expected("a number, a name or `(`")),
            "ln" | "abs" if self.take('(') => {
                let function = if name == "ln" { Function::Ln } else { Function::Abs };
                Ok(Expression::Of(function, Box::new(self.closed()?)))
            }
            _ => Ok(Expression::Name(name, self.years_back()?)),
        }
    }

    fn closed(&mut self) -> Result<Expression, FormulaError> {
        let within = self.comparison()?;
        if self.take(')') { Ok(within) } else { Err(self.expected("`)`")) }
    }

    /// `[-1]`.
    fn years_back(&mut self) -> Result<i32, FormulaError> {
        if !self.take('[') {
            return Ok(0);
        }
        let digits = if self.take('-') { self.word(|c| c.is_ascii_digit()) } else { String::new() };
        let years = digits.parse().map_err(|_| self.expected("years back, as in `[-1]`"))?;
        if self.take(']') { Ok(years) } else { Err(self.expected("`]`")) }
    }
}

fn two(operator: Operator, left: Expression, right: Expression) -> Expression {
    Expression::Two(operator, Box::new(left), Box::new(right))
}
