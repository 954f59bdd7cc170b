/** What a query's text and its tree may hold at most. */

/** Characters (UTF-16 code units) of the whole query, comments and spaces included. */
export const TEXT_CHARACTERS_MAX = 20_000
/** Nodes of the tree; bounds its depth too, so that whatever walks it may recurse. */
export const NODES_MAX = 2_000
/** How deep parentheses, subqueries, NOT, signs and casts may nest. */
export const NESTING_MAX = 48
/** Values of one IN list. */
export const IN_VALUES_MAX = 500
/** Characters of a text literal. */
export const STRING_CHARACTERS_MAX = 1_000
/** Characters of a name. */
export const NAME_CHARACTERS_MAX = 1_000
/** Digits of a number literal when it is written without exponent. */
export const NUMBER_DIGITS_MAX = 60
