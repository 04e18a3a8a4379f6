"""KINDS: the 25 kinds of instructions by the names that IFEval gives them."""

from __future__ import annotations

import re

from pytest_codeeval.scoring.instructions import ends, language, markup, parts, sentences, words
from pytest_codeeval.scoring.instructions.kind import (
    LESS_THAN,
    Args,
    Kind,
    are_texts,
    is_count,
    is_letter,
    is_place,
    is_relation,
    is_text,
)


def _more_or_fewer(relation: str, piece: str, text: str, count: int, fewer: str) -> str:
    """Return a text with so many pieces more if less were asked for, else what has fewer."""
    return text + piece * count if relation == LESS_THAN else fewer


def _without(word: str, text: str) -> str:
    return re.sub(re.escape(word), "~", text, flags=re.IGNORECASE)


def _in_another_language(_: str, args: Args) -> str:
    return "Das ist nicht die Sprache." if args["language"] != "de" else "That is not what was asked for."


KINDS = {
    "keywords:existence": Kind(
        words.has_keywords,
        {"keywords": are_texts},
        broken=lambda text, args: _without(args["keywords"][-1], text),
    ),
    "keywords:forbidden_words": Kind(
        words.has_no_forbidden_word,
        {"forbidden_words": are_texts},
        broken=lambda text, args: f"{text} {args['forbidden_words'][-1].upper()} {text}",
    ),
    "keywords:frequency": Kind(
        words.has_keyword_so_often,
        {"relation": is_relation, "keyword": is_text, "frequency": is_count},
        broken=lambda text, args: _more_or_fewer(
            args["relation"], f" {args['keyword']}", text, args["frequency"], _without(args["keyword"].strip(), text)
        ),
    ),
    "keywords:letter_frequency": Kind(
        words.has_letter_so_often,
        {"let_relation": is_relation, "letter": is_letter, "let_frequency": is_count},
        broken=lambda text, args: _more_or_fewer(
            args["let_relation"], args["letter"], text, args["let_frequency"], _without(args["letter"], text)
        ),
    ),
    "language:response_language": Kind(
        language.is_in_language, {"language": is_text}, language.is_told_language, broken=_in_another_language
    ),
    "length_constraints:number_sentences": Kind(
        sentences.has_so_many_sentences,
        {"relation": is_relation, "num_sentences": is_count},
        broken=lambda text, args: _more_or_fewer(args["relation"], " So it is.", text, args["num_sentences"], "~"),
    ),
    "length_constraints:number_paragraphs": Kind(
        parts.has_paragraphs, {"num_paragraphs": is_place}, broken=lambda text, _: f"{text}\n***\nmore"
    ),
    "length_constraints:number_words": Kind(
        words.has_so_many_words,
        {"relation": is_relation, "num_words": is_count},
        broken=lambda text, args: _more_or_fewer(
            args["relation"], " more", text, args["num_words"], " ".join(text.split()[: args["num_words"] // 4])
        ),
    ),
    "length_constraints:nth_paragraph_first_word": Kind(
        parts.starts_nth_paragraph,
        {"num_paragraphs": is_place, "nth_paragraph": is_place, "first_word": is_text},
        parts.starts_nth_said_paragraph,
        broken=lambda text, _: f"{text}\n\nmore",
    ),
    "detectable_content:number_placeholders": Kind(
        markup.has_placeholders, {"num_placeholders": is_count}, broken=lambda text, _: text.replace("]", "")
    ),
    "detectable_content:postscript": Kind(
        ends.has_postscript,
        {"postscript_marker": is_text},
        ends.has_own_postscript,
        broken=lambda text, _: _without("p.", text),
    ),
    "detectable_format:number_bullet_lists": Kind(
        markup.has_bullets,
        {"num_bullets": is_count},
        markup.has_said_bullets,
        broken=lambda text, _: f"{text}\n- more",
    ),
    "detectable_format:constrained_response": Kind(
        ends.has_option, {}, ends.has_one_option, broken=lambda text, _: text.replace("My answer", "The answer")
    ),
    "detectable_format:number_highlighted_sections": Kind(
        markup.has_highlights, {"num_highlights": is_count}, broken=lambda text, _: text.replace("*", "")
    ),
    "detectable_format:multiple_sections": Kind(
        parts.has_sections,
        {"section_spliter": is_text, "num_sections": is_count},
        broken=lambda text, args: text.replace(args["section_spliter"].strip(), "~"),
    ),
    "detectable_format:json_format": Kind(
        markup.is_json, {}, markup.is_strict_json, broken=lambda text, _: f"{text} }}"
    ),
    "detectable_format:title": Kind(markup.has_title, {}, broken=lambda text, _: text.replace(">>", ">")),
    "combination:two_responses": Kind(parts.has_two_answers, {}, broken=lambda text, _: text.replace("******", "~")),
    "combination:repeat_prompt": Kind(
        ends.repeats_prompt, {"prompt_to_repeat": is_text}, broken=lambda text, _: f"So: {text}"
    ),
    "startend:end_checker": Kind(
        ends.ends_with_phrase, {"end_phrase": is_text}, broken=lambda text, _: f"{text} More."
    ),
    "startend:quotation": Kind(ends.is_quoted, {}, broken=lambda text, _: text.strip()[1:]),
    "change_case:capital_word_frequency": Kind(
        words.has_so_many_capital_words,
        {"capital_relation": is_relation, "capital_frequency": is_count},
        broken=lambda text, args: _more_or_fewer(
            args["capital_relation"], " MORE", text, args["capital_frequency"], text.lower()
        ),
    ),
    "change_case:english_capital": Kind(language.is_english_in_capitals, {}, broken=lambda text, _: f"{text}a"),
    "change_case:english_lowercase": Kind(language.is_english_in_small_letters, {}, broken=lambda text, _: f"{text}A"),
    "punctuation:no_comma": Kind(words.has_no_comma, {}, broken=lambda text, _: f"{text},"),
}
"""Published rules but for one: a letter that is none of the alphabet (`#`, `!`) is counted, not replaced by chance."""

OF_LANGUAGE = frozenset(name for name in KINDS if name.startswith(("language:", "change_case:english")))
"""Those that have the language of an answer told."""
OF_SENTENCES = frozenset({"length_constraints:number_sentences"})
"""Those that have sentences counted."""
