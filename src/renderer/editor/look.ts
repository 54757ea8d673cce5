import { EditorView } from '@codemirror/view'

/**
 * The look of what an editor floats over the page, and of brackets. As a theme: CodeMirror's own rules name more classes than a
 * style sheet would, and win over it.
 */
export const look = EditorView.theme({
  // A mark for where the cursor is says nothing once the keyboard is elsewhere.
  '&:not(.cm-focused) .cm-matchingBracket': { background: 'none' },
  '&.cm-focused .cm-nonmatchingBracket': {
    background: 'none',
    textDecoration: 'underline',
    textDecorationColor: 'var(--bad)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete': {
    padding: '4px',
    borderRadius: '8px',
    '& > ul': { fontFamily: 'var(--mono)', fontSize: '12.5px', minWidth: '200px', maxHeight: '240px' },
    '& > ul > li': { padding: '0 8px', borderRadius: '4px', lineHeight: '24px', color: 'var(--ink)' },
    '& > ul > li[aria-selected]': { background: 'var(--accent-tint)', color: 'var(--ink)' },
    '& > ul > completion-section': { borderBottom: '1px solid var(--line)', color: 'var(--quiet)', opacity: 1 },
  },
  '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--accent)', fontWeight: 500 },
  '.cm-completionDetail': {
    marginLeft: '12px',
    fontStyle: 'normal',
    fontFamily: 'var(--sans)',
    fontSize: '12px',
    color: 'var(--quiet)',
  },
  '.cm-tooltip.cm-completionInfo': { padding: '8px 12px', maxWidth: '360px', fontFamily: 'var(--sans)' },
})
