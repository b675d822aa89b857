//! Names: words in another order, initials, and the short forms by which people are called.

use super::column::single;
use super::text::Value;
use crate::link::words::Vocabulary;
use learn::similar;
use std::collections::HashMap;

pub(super) const NAMES: [&str; 3] = ["monge-elkan", "by any form", "initials"];

/// The most words of a name that are compared one by one.
const MOST_WORDS: usize = 8;

/// English given names and their short forms, a line a name; a short form may stand in several.
const FORMS: &[&str] = &[
    "alexander alex al sandy xander",
    "alexandra alex sandra sandy lexi",
    "andrew andy drew",
    "anthony tony ant",
    "barbara barb babs",
    "benjamin ben benny benji",
    "catherine katherine kathryn cathy kathy kate katie kat kitty cath",
    "charles charlie chuck chas",
    "charlotte charlie lottie",
    "christine christina chris chrissy tina",
    "christopher chris kit topher",
    "daniel dan danny",
    "david dave davy",
    "deborah deb debbie",
    "dorothy dot dolly dottie",
    "edward ed eddie ted ned teddy",
    "eleanor ellie nell nora",
    "elizabeth liz beth lizzie betty eliza libby lisa elsie",
    "emily em emma millie",
    "frances fran fanny",
    "francis frank fran",
    "frederick fred freddie",
    "gabriel gabriela gabe gaby",
    "george geo georgie",
    "gerald gerry jerry",
    "gregory greg",
    "harold harry hal",
    "harrison harry",
    "henry harry hank hal",
    "isabella isabel bella izzy",
    "jacob jake",
    "james jim jimmy jamie",
    "jennifer jen jenny",
    "jessica jess jessie",
    "john jack johnny jon",
    "jonathan jon jonny",
    "joseph joe joey jo",
    "joshua josh",
    "judith judy",
    "kenneth ken kenny",
    "lawrence laurence larry laurie",
    "leonard len leo lenny",
    "louis lou lewis louie",
    "margaret maggie meg peggy marge madge margie",
    "martha marty",
    "mary molly polly mae may",
    "matthew matt matty",
    "megan meg",
    "michael mike mick mickey",
    "mitchell mitch",
    "nathaniel nathan nate nat",
    "nicholas nick nicky nico",
    "olivia liv livvy",
    "pamela pam",
    "patricia pat patty trish tricia",
    "patrick pat paddy",
    "peter pete",
    "philip phillip phil pip",
    "raymond ray",
    "rebecca becky becca",
    "richard rick dick rich ricky richie",
    "robert rob bob bobby robbie bert",
    "ronald ron ronnie",
    "samantha sam sammy",
    "samuel sam sammy",
    "sarah sally sadie",
    "stephen steven steve stevie",
    "susan sue susie suzy",
    "theodore ted theo teddy",
    "theresa teresa terry tess tessa",
    "thomas tom tommy",
    "timothy tim",
    "victoria vicky tori",
    "vincent vince vinny",
    "walter walt wally",
    "william bill will billy willy liam",
    "zachary zach zack",
];

pub(super) fn features(one: &Value, other: &Value, vocabulary: &Vocabulary) -> [f32; NAMES.len()] {
    let of = |value: &Value| -> Vec<u32> { value.sequence.iter().copied().take(MOST_WORDS).collect() };
    let (one, other) = (of(one), of(other));
    let spelled = |words: &[u32]| words.iter().map(|&word| vocabulary.spelling(word)).collect::<Vec<&[char]>>();
    let (one, other) = (spelled(&one), spelled(&other));
    [
        single(similar::monge_elkan(&one, &other, similar::jaro_winkler)),
        single(similar::monge_elkan(&one, &other, by_any_form)),
        single(similar::monge_elkan(&one, &other, by_initial)),
    ]
}

/// As Jaro–Winkler has it, and 1 for two forms of one name.
fn by_any_form(one: &[char], other: &[char]) -> f64 {
    if one != other && share_a_line(one, other) { 1.0 } else { similar::jaro_winkler(one, other) }
}

/// 1 for equal words and for a word and its initial, else 0.
fn by_initial(one: &[char], other: &[char]) -> f64 {
    let is_initial = one.len().min(other.len()) == 1 && one.first() == other.first();
    f64::from(u8::from(is_initial || one == other))
}

fn share_a_line(one: &[char], other: &[char]) -> bool {
    let is = |word: &str, spelling: &[char]| word.chars().eq(spelling.iter().copied());
    // Every line's forms begin with few letters; most pairs are told apart before a line is read.
    FORMS.iter().any(|line| line.split(' ').any(|word| is(word, one)) && line.split(' ').any(|word| is(word, other)))
}

/// Every word that has forms, with the lines on which it stands, a bit each.
pub(in crate::link) fn forms() -> HashMap<&'static str, u128> {
    let mut forms: HashMap<&'static str, u128> = HashMap::new();
    for (line, at) in FORMS.iter().zip(0_u32..) {
        line.split(' ').for_each(|word| *forms.entry(word).or_default() |= 1 << at);
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> f64 {
        let [one, other] = [one, other].map(|word| word.chars().collect::<Vec<char>>());
        by_any_form(&one, &other)
    }

    #[test]
    fn forms_of_one_name() {
        assert_eq!([("bill", "william"), ("bob", "rob"), ("ted", "edward")].map(|(a, b)| alike(a, b)), [1.0; 3]);
        assert!(alike("bill", "edward") < 0.6);
        assert!(FORMS.len() <= 128, "a line a bit");
        let forms = forms();
        assert!(forms["bill"] & forms["william"] != 0 && forms["bill"] & forms["edward"] == 0);
        assert_eq!(forms.get("xyz"), None);
    }
}
