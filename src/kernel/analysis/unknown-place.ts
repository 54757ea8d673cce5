/** Said where a USE may enter any schema, or may not happen. */
export const unknownPlace =
  'Which catalog and schema are the current ones below is not known from the text, so tables without them in their names may be any. Write their full names.'
