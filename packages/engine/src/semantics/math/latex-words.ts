import type { RelationOperator } from './nodes.ts';

/** Commands of functions, and the names we know them by. */
export const functions = new Map(
  Object.entries({
    arccos: 'acos',
    arcsin: 'asin',
    arctan: 'atan',
    cos: 'cos',
    cosh: 'cosh',
    cot: 'cot',
    csc: 'csc',
    exp: 'exp',
    ln: 'ln',
    log: 'log',
    sec: 'sec',
    sin: 'sin',
    sinh: 'sinh',
    tan: 'tan',
    tanh: 'tanh',
  }),
);
/** What a function to the power of minus one is. */
export const inverses: Record<string, string> = { sin: 'asin', cos: 'acos', tan: 'atan' };
/** Commands that are names. */
export const letters = new Set(
  `alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho sigma tau upsilon
   phi varphi chi psi omega varnothing Delta Lambda Omega Phi Psi Sigma Theta Xi Upsilon ell hbar`.split(
    /\s+/,
  ),
);
/** Relation signs and commands; `in` says of a name what set it is from. */
export const relations = new Map<string, RelationOperator>(
  Object.entries({
    '=': '=',
    '!=': '!=',
    ne: '!=',
    neq: '!=',
    '<': '<',
    lt: '<',
    '>': '>',
    gt: '>',
    '<=': '<=',
    le: '<=',
    leq: '<=',
    '>=': '>=',
    ge: '>=',
    geq: '>=',
    in: '=',
    equiv: '=',
  } as const),
);
/** Marks over letters: they make a name of its own. */
export const accents = new Map(
  Object.entries({
    bar: 'bar',
    boldsymbol: 'boldsymbol',
    dot: 'dot',
    hat: 'hat',
    overline: 'bar',
    overrightarrow: 'vec',
    tilde: 'tilde',
    vec: 'vec',
  }),
);
/** Commands that stand for no value in the notation as Inspect's parser knows it. */
export const unknownCommands = new Set(
  `bmod boxed cdot dots exists forall implies land langle lbrace neg operatorname partial times to underline`.split(
    ' ',
  ),
);
/** Commands that no factor begins with. */
export const betweenFactors = new Set(
  'cdot times div mod pm cup approx choose } | rfloor rceil rvert'.split(' '),
);
