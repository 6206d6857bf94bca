"""Splink's settings for the French customers that Aloi's `synth` invents, and the SQL
that cleans them: what a careful user of Splink would do.

Given name and family name are compared apart: with Splink's comparison of both in one,
a different given name says less, and more of a household is joined (F1 .70 instead of
.75 on 100,000 records). Address line and place are one comparison, for they say the same
thing once (.75 to .82). What is learned on pairs of one e-mail address is left out:
households share them. More random pairs than these take Splink longer and gain nothing.

With example=True the settings are those of Splink's published examples instead: the names
in one comparison, ten million random pairs, and three rules to learn on.
"""
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import SettingsCreator, block_on

TERMS = {"term_frequency_adjustments": True}

BLOCKING = [
    block_on("email"), block_on("mobile"), block_on("landline"), block_on("card"), block_on("handle"),
    block_on("surname", "dob"), block_on("given_name", "dob"), block_on("given_name", "surname", "city"),
    block_on("given_name", "surname", "postcode"), block_on("surname", "postcode", "substr(given_name,1,1)"),
    block_on("given_name", "postcode", "substr(surname,1,2)"), block_on("address", "city"),
    "l.given_name = r.surname and l.surname = r.given_name and l.postcode = r.postcode",
]

# Rules that hold of nearly nobody but one person, and the share of the true pairs they find.
DETERMINISTIC = [
    block_on("given_name", "surname", "dob"), block_on("email", "given_name"), block_on("mobile", "given_name"),
    block_on("card", "given_name"), block_on("given_name", "surname", "address"),
]
RECALL = 0.6
RANDOM_PAIRS = {False: 2e6, True: 1e7}  # by example
_NAMES_AND_PLACE, _BIRTH, _EMAIL = block_on("given_name", "surname", "postcode"), block_on("dob"), block_on("email")
LEARN_ON = {False: [_NAMES_AND_PLACE, _BIRTH], True: [_NAMES_AND_PLACE, _EMAIL, _BIRTH]}


def settings(example):
    return SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="record_id", blocking_rules_to_generate_predictions=BLOCKING,
        comparisons=_example_comparisons() if example else _comparisons(), retain_intermediate_calculation_columns=False, retain_matching_columns=False)


def _comparisons():
    swapped = {"sql_condition": "given_name_l = surname_r and surname_l = given_name_r", "label_for_charts": "swapped"}
    given = {"output_column_name": "given_name", "comparison_levels": [
        cll.NullLevel("given_name"), cll.ExactMatchLevel("given_name", **TERMS), swapped,
        {"sql_condition": "(length(given_name_l) = 1 or length(given_name_r) = 1) and substr(given_name_l,1,1) = substr(given_name_r,1,1)",
         "label_for_charts": "initial"},
        *(cll.JaroWinklerLevel("given_name", t) for t in (0.92, 0.85, 0.7)), cll.ElseLevel()]}
    surname = {"output_column_name": "surname", "comparison_levels": [
        cll.NullLevel("surname"), cll.ExactMatchLevel("surname", **TERMS), swapped,
        *(cll.JaroWinklerLevel("surname", t) for t in (0.92, 0.85)), cll.ElseLevel()]}
    same_place = "(postcode_l = postcode_r or city_l = city_r)"
    address = {"output_column_name": "address", "comparison_levels": [
        {"sql_condition": "(address_l is null or address_r is null) and (postcode_l is null or postcode_r is null) and (city_l is null or city_r is null)",
         "label_for_charts": "null", "is_null_level": True},
        {"sql_condition": f"address_l = address_r and {same_place}", "label_for_charts": "same address"},
        {"sql_condition": f"jaro_winkler_similarity(address_l, address_r) > 0.9 and {same_place}", "label_for_charts": "address alike"},
        cll.ExactMatchLevel("postcode", **TERMS), cll.ExactMatchLevel("city", **TERMS),
        {"sql_condition": "substr(postcode_l,1,2) = substr(postcode_r,1,2)", "label_for_charts": "département"}, cll.ElseLevel()]}
    return [
        given, surname, cl.DateOfBirthComparison("dob", input_is_string=True), cl.EmailComparison("email").configure(**TERMS),
        cl.DamerauLevenshteinAtThresholds("mobile", [1]).configure(**TERMS), cl.ExactMatch("landline").configure(**TERMS),
        address,
        cl.ExactMatch("card").configure(**TERMS), cl.ExactMatch("handle").configure(**TERMS), cl.ExactMatch("gender")]


def _example_comparisons():
    place = {"output_column_name": "place", "comparison_levels": [
        {"sql_condition": "(postcode_l is null or postcode_r is null) and (city_l is null or city_r is null)", "label_for_charts": "null", "is_null_level": True},
        cll.ExactMatchLevel("postcode", **TERMS), cll.ExactMatchLevel("city", **TERMS), cll.DamerauLevenshteinLevel("postcode", 1),
        cll.JaroWinklerLevel("city", 0.9), cll.ElseLevel()]}
    return [
        cl.ForenameSurnameComparison("given_name", "surname"), cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.EmailComparison("email").configure(**TERMS), cl.DamerauLevenshteinAtThresholds("mobile", [1]).configure(**TERMS),
        cl.ExactMatch("landline").configure(**TERMS), cl.JaroWinklerAtThresholds("address", [0.9, 0.8]).configure(**TERMS), place,
        cl.ExactMatch("card").configure(**TERMS), cl.ExactMatch("handle").configure(**TERMS), cl.ExactMatch("gender")]


def _letters(c):
    return f"nullif(trim(regexp_replace(regexp_replace(lower(strip_accents({c})), '[^a-z ]', ' ', 'g'), ' +', ' ', 'g')), '')"


def _phone(c):
    """The nine digits of a French number, however it is written."""
    return f"regexp_replace(regexp_replace({c}, '[^0-9]', '', 'g'), '^(0033|33|0)0?', '')"


_TITLE = "'^(m|mr|mme|mlle|madame|monsieur|mademoiselle|mad) '"
_NOBODY = "('nc','inconnu','n a','xxx','client','test','anonyme','non renseigne','aaa')"

# How many records may share a value before it is held to be a placeholder.
_SHARED = 20
# How often a word must be a given name for it to tell which part of a full name is one.
_GIVEN = 5

# The cleaned table from `raw`, which is records.csv as text. Folded: names and addresses.
# Full names lose their title and are split, by the given names of the other records. Two
# phone columns become a mobile and a landline number by their first digit.
CLEAN = f"""
with folded as (select *, {_letters("given_name")} gn, {_letters("surname")} sn,
    nullif(regexp_replace({_letters("full_name")}, {_TITLE}, ''), '') fn, {_phone("phone")} p1, {_phone("phone_2")} p2 from raw),
given as (select gn word from folded where gn is not null group by gn having count(*) >= {_GIVEN}),
split as (select *, split_part(fn, ' ', 1) first_word, split_part(fn, ' ', -1) last_word,
    fn like '% %' and split_part(fn, ' ', -1) in (select word from given) and split_part(fn, ' ', 1) not in (select word from given) family_first
  from folded),
clean as (select record_id,
    coalesce(gn, case when family_first then last_word when fn like '% %' then first_word end) g,
    coalesce(sn, case when family_first then trim(substr(fn, 1, length(fn) - length(last_word)))
      when fn like '% %' then substr(fn, strpos(fn, ' ') + 1) else fn end) s,
    try_strptime(birth_date, ['%Y-%m-%d', '%d/%m/%Y', '%d-%m-%Y', '%d.%m.%Y', '%d/%m/%y', '%d%m%Y'])::date d,
    lower(trim(email)) e,
    case when p1[1] in ('6', '7') then p1 when p2[1] in ('6', '7') then p2 end m,
    case when p1[1] not in ('6', '7') then p1 when p2[1] not in ('6', '7') then p2 end l,
    nullif(trim(regexp_replace(regexp_replace(lower(strip_accents(address)), '[^a-z0-9 ]', ' ', 'g'), ' +', ' ', 'g')), '') address,
    lpad(postal_code, 5, '0') postcode, replace(replace(' ' || {_letters("city")}, ' st ', ' saint '), ' ste ', ' sainte ') city,
    regexp_replace(loyalty_card, '[^0-9]', '', 'g') card, lower(ltrim(social_handle, '@')) handle,
    case when regexp_matches(lower(coalesce(civility, gender)), '^(f|mme|mad|mlle)') then 'f' when coalesce(civility, gender) is not null then 'm' end gender
  from split),
bad as (select 'e' kind, e v from clean group by e having count(*) > {_SHARED}
  union all select 'm', m from clean group by m having count(*) > {_SHARED}
  union all select 'l', l from clean group by l having count(*) > {_SHARED}
  union all select 'g', g from clean where g in {_NOBODY} group by g
  union all select 's', s from clean where length(s) < 2 or s in {_NOBODY} group by s)
select record_id,
  case when g not in (select v from bad where kind = 'g' and v is not null) then g end given_name,
  case when s not in (select v from bad where kind = 's' and v is not null) then s end surname,
  case when year(d) > 1905 and d <> date '1970-01-01' then case when d > current_date then d - interval 100 year else d end end::date::varchar dob,
  case when e not in (select v from bad where kind = 'e' and v is not null) then e end email,
  case when length(m) = 9 and m not in (select v from bad where kind = 'm' and v is not null) then m end mobile,
  case when length(l) = 9 and l not in (select v from bad where kind = 'l' and v is not null) then l end landline,
  address, postcode, trim(city) city, nullif(card, '') card, handle, gender
from clean"""
