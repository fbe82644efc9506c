"""Markdown, mathematics and code as HTML that needs no network: for decks and built pages.

Needs the extra `slides` (markdown-it-py comes with jupytext, then latex2mathml and Pygments), so
nothing is imported from there before a function is called.
"""

import base64
import functools
import html
import io
import re
import unicodedata
from pathlib import Path

# The letters of DejaVu that a formula or a line of code can need; the rest would only cost bytes.
LETTERS = (*range(0x20, 0x180), *range(0x2B0, 0x400))
SIGNS = (*range(0x2000, 0x20A0), *range(0x2100, 0x2400))
SHAPES = (*range(0x2500, 0x2640), *range(0x2700, 0x2800), *range(0x2A00, 0x2A70))
MATH_FACES = (  # family, file, style, weight, characters
    ("Course Math", "DejaVuSans.ttf", "normal", 400, LETTERS + SIGNS + SHAPES),
    ("Course Math Letters", "DejaVuSans-Oblique.ttf", "italic", 400, LETTERS),
    ("Course Math Letters", "DejaVuSans-Bold.ttf", "normal", 700, LETTERS),
)
CODE_FACES = (
    ("Course Mono", "DejaVuSansMono.ttf", "normal", 400, LETTERS + SIGNS + SHAPES),
    ("Course Mono", "DejaVuSansMono-Bold.ttf", "normal", 700, LETTERS),
)

# DejaVu's table of mathematics says how brackets grow, and leaves where scripts, limits and
# fractions go at zero. These are the usual places, in thousandths of the type size.
MATH_PLACES = {
    "SubscriptShiftDown": 210,
    "SubscriptTopMax": 400,
    "SubscriptBaselineDropMin": 160,
    "SuperscriptShiftUp": 380,
    "SuperscriptShiftUpCramped": 300,
    "SuperscriptBottomMin": 140,
    "SuperscriptBaselineDropMax": 230,
    "SubSuperscriptGapMin": 150,
    "SuperscriptBottomMaxWithSubscript": 400,
    "SpaceAfterScript": 50,
    "UpperLimitGapMin": 110,
    "UpperLimitBaselineRiseMin": 180,
    "LowerLimitGapMin": 110,
    "LowerLimitBaselineDropMin": 600,
    "FractionNumeratorShiftUp": 480,
    "FractionNumeratorDisplayStyleShiftUp": 640,
    "FractionDenominatorShiftDown": 480,
    "FractionDenominatorDisplayStyleShiftDown": 640,
    "StackTopShiftUp": 480,
    "StackTopDisplayStyleShiftUp": 640,
    "StackBottomShiftDown": 480,
    "StackBottomDisplayStyleShiftDown": 640,
}
SCRIPT_SIZE, SCRIPT_OF_SCRIPT_SIZE = 72, 60  # percent
# DejaVu's root does not grow, so it gets taller twins: the nearest one that is tall enough is used.
ROOT = 0x221A
ROOT_HEIGHTS = (1.2, 1.45, 1.75, 2.1, 2.6, 3.2, 4)

TOKEN = r"<(mi|mo|mn|mtext)\b([^>/]*)>(.*?)</\1>"
# The minus of "= -1" belongs to the number; a browser sees an operator and spaces it as in "2 - 1".
SIGN_BEFORE_NUMBER = r"(<mo[^>]*>[^)\]}|<]+</mo>)<mo>([-−+])</mo>"
# A prime stands high by itself: as a superscript it would be tiny and far off.
PRIME = r'<msup>(<mi[^>]*>[^<]*</mi>)(<m[io] class="prime">[^<]*</m[io]>)</msup>'
# A bracket stretches to all that stands beside it: each matrix with its own brackets is a group.
MATRIX = r"(<mo>[(\[{]</mo><mtable.*?</mtable><mo>[)\]}]</mo>)"

# Only DejaVu Sans itself has a table for mathematics, and no slanted letters in it: those of single
# variables come from its oblique sister.
MATH_RULES = """
math { font-family: "Course Math", "DejaVu Sans", math; font-size: 0.92em; }
math mi { text-transform: none; font-style: normal; }
math mi.variable, math .bold { font-family: "Course Math Letters", "DejaVu Sans", sans-serif; }
math mi.variable { font-style: italic; }
math .bold { font-weight: 700; }
math mtd { padding: 0.13em 0.4em; }
math mtable[columnspacing^="0em"] mtd { padding: 0.2em 0; }
math mtd[columnalign="left"] { text-align: left; text-align: -webkit-left; }
math mtd[columnalign="right"] { text-align: right; text-align: -webkit-right; }
.math.block { margin: 0.6em 0; }
"""

# Each colour has a contrast of at least 4.5 to the ground #f4f6f9.
CODE_RULES = """
pre { background: #f4f6f9; color: #1c2330; padding: 0.6em 0.8em; border-radius: 0.3em; }
pre { overflow-x: auto; }
pre, code { font-family: "Course Mono", "DejaVu Sans Mono", ui-monospace, Consolas, monospace; }
pre code { background: none; padding: 0; }
.highlight .k, .highlight .kn, .highlight .kc, .highlight .kd, .highlight .kr, .highlight .ow {
  color: #00578a; font-weight: 700;
}
.highlight .kt, .highlight .nb, .highlight .bp { color: #00578a; }
.highlight .nf, .highlight .nc, .highlight .fm, .highlight .nd { color: #7a2e8e; }
.highlight .s, .highlight .s1, .highlight .s2, .highlight .sd, .highlight .sa, .highlight .sb,
.highlight .si, .highlight .se, .highlight .sr { color: #8f3a00; }
.highlight .m, .highlight .mi, .highlight .mf, .highlight .mh, .highlight .mb { color: #00664b; }
.highlight .c, .highlight .c1, .highlight .cm, .highlight .ch { color: #555f6e; }
.highlight .err { color: #a40000; }
"""


def markdown_to_html(text):
    """Return Markdown as HTML: tables, raw HTML, `$…$` and `$$…$$` as MathML, code in colours.

    Items of a list written with `+` carry the class `fragment` (a deck shows them one by one).

    Raises:
        ValueError: a formula cannot be read; the message quotes it.
    """
    # The corner of a table that names rows and columns is no heading of anything.
    return re.sub(r"<th([^>]*)></th>", r"<td\1></td>", _parser().render(text))


@functools.cache
def _parser():
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark", {"html": True, "highlight": _highlight_fence})
    parser.enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_space=False, double_inline=True)
    parser.add_render_rule("math_inline", _render_inline_math)
    parser.add_render_rule("math_inline_double", _render_block_math)
    parser.add_render_rule("math_block", _render_block_math)
    parser.core.ruler.push("fragments", _mark_fragments)
    return parser


def _render_inline_math(renderer, tokens, index, options, environment):
    return math_to_html(tokens[index].content)


def _render_block_math(renderer, tokens, index, options, environment):
    return f'<div class="math block">{math_to_html(tokens[index].content, block=True)}</div>\n'


def _mark_fragments(state):
    for token in state.tokens:
        if token.type == "list_item_open" and token.markup == "+":
            token.attrJoin("class", "fragment")


def _highlight_fence(code, language, attributes):
    return highlight(code, language)


def highlight(code, language="python"):
    """Return `code` as `<pre>` with one `<span>` per token (colours: CODE_RULES).

    A language that Pygments does not know is shown without colours.
    """
    from pygments import highlight as colour
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language or "text", stripnl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name("text", stripnl=False)
    spans = colour(code.rstrip("\n"), lexer, HtmlFormatter(nowrap=True)).rstrip("\n")
    # The keyboard reaches what is wider than the page.
    return f'<pre class="highlight" tabindex="0"><code>{spans}</code></pre>\n'


def math_to_html(latex, block=False):
    r"""Return a LaTeX formula as MathML that browsers draw and screen readers read.

    Raises:
        ValueError: a command is unknown or the braces do not match.
    """
    from latex2mathml.converter import convert

    latex = latex.strip()
    _check_braces(latex)
    readable = latex.replace("{aligned}", "{align*}")  # the same, and known to latex2mathml
    try:
        mathml = convert(readable, display="block" if block else "inline")
    except Exception as error:
        raise ValueError(f"cannot read the formula ${latex}$: {error!r}.") from error
    unknown = re.search(r"\\[A-Za-z]+", mathml)
    if unknown:
        raise ValueError(f"cannot read the formula ${latex}$: {unknown[0]} is not known here.")
    styled = re.sub(TOKEN, _style_token, mathml, flags=re.DOTALL)
    styled = re.sub(SIGN_BEFORE_NUMBER, r'\1<mo form="prefix">\2</mo>', styled)
    styled = re.sub(PRIME, r"<mrow>\1\2</mrow>", styled)
    styled = re.sub(MATRIX, r"<mrow>\1</mrow>", styled)
    return _put_limits_above(styled) if block else styled


def _check_braces(latex):
    """latex2mathml guesses where a brace is missing; a wrong formula on the wall is worse."""
    plain = re.sub(r"\\[{}]", "", latex)
    depth = 0
    for character in plain:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            break
    if depth:
        raise ValueError(f"cannot read the formula ${latex}$: the braces do not match.")


def _style_token(match):
    """Escape one piece of a formula and name the style of its letters."""
    name, attributes, text = match.groups()
    text = html.unescape(text)
    variant = re.search(r'mathvariant="([a-z-]+)"', attributes)
    variant = variant[1] if variant else ""
    plain = unicodedata.normalize("NFKC", text)
    if len(text) == 1 and "MATHEMATICAL BOLD" in unicodedata.name(text, ""):
        text, variant = plain, "bold"
    if "bold" in variant:
        attributes += ' class="bold"'
    elif text and text in "′″":
        attributes += ' class="prime"'
    elif name == "mo" and text in "|‖∥" and not attributes:
        attributes = ' stretchy="false"'  # only \left and \right let a bar grow
    elif name == "mi" and variant in ("", "italic") and len(text) == 1 and _is_letter(text):
        attributes += ' class="variable"'
    return f"<{name}{attributes}>{html.escape(text, quote=False)}</{name}>"


def _put_limits_above(mathml):
    """Write the limits of sums over and under them: latex2mathml forgets it between brackets."""
    pieces = re.split(r"(</?msubsup>)", mathml)
    open_names = []
    for index, piece in enumerate(pieces):
        if piece == "<msubsup>":
            is_sum = re.match(r"<mo>[∑∏]</mo>", pieces[index + 1])
            open_names.append("munderover" if is_sum else "msubsup")
            pieces[index] = f"<{open_names[-1]}>"
        elif piece == "</msubsup>":
            pieces[index] = f"</{open_names.pop()}>"
    return "".join(pieces)


def _is_letter(character):
    """Whether this is a letter that stands slanted in a formula: capital Greek stands upright."""
    return (character.isascii() and character.isalpha()) or "\u03b1" <= character <= "\u03f6"


def math_css():
    """Return the rules and the embedded fonts for formulas."""
    return _font_faces(MATH_FACES) + MATH_RULES


def code_css():
    """Return the rules and the embedded font for code."""
    return _font_faces(CODE_FACES) + CODE_RULES


@functools.cache
def _font_faces(faces):
    return "".join(
        font_face(family, subset_font(_dejavu(file), characters), style, weight)
        for family, file, style, weight, characters in faces
    )


def font_face(family, data, style="normal", weight=400):
    """Return a CSS rule that embeds a WOFF font, given as bytes."""
    source = base64.b64encode(data).decode("ascii")
    return (
        f'@font-face {{ font-family: "{family}"; font-style: {style}; font-weight: {weight}; '
        f'src: url("data:font/woff;base64,{source}") format("woff"); }}\n'
    )


def _dejavu(file):
    """Return the path of a font that Matplotlib carries."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / file


def subset_font(path, characters):
    """Return a font with these characters (numbers) alone, as WOFF; its MATH table stays whole."""
    from fontTools import subset

    options = subset.Options(flavor="woff", layout_features=["*"], hinting=False)
    options.drop_tables += ["FFTM"]  # dates of FontForge
    font = subset.load_font(str(path), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    if "MATH" in font:
        _place_scripts(font)
        _let_root_grow(font)
    buffer = io.BytesIO()
    subset.save_font(font, buffer, options)
    return buffer.getvalue()


def _place_scripts(font):
    """Fill in where a font puts scripts, limits and fractions."""
    constants = font["MATH"].table.MathConstants
    for name, thousandths in MATH_PLACES.items():
        getattr(constants, name).Value = round(thousandths * font["head"].unitsPerEm / 1000)
    constants.ScriptPercentScaleDown = SCRIPT_SIZE
    constants.ScriptScriptPercentScaleDown = SCRIPT_OF_SCRIPT_SIZE


def _let_root_grow(font):
    """Add taller twins of the root and list them in the font's MATH table."""
    from fontTools.pens.transformPen import TransformPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib.tables import otTables

    name = font.getBestCmap().get(ROOT)
    if name is None:
        return
    glyphs, records = font.getGlyphSet(), []
    for height in (1, *ROOT_HEIGHTS):
        twin = name if height == 1 else f"{name}.x{round(100 * height)}"
        if height != 1:
            pen = TTGlyphPen(glyphs)
            glyphs[name].draw(TransformPen(pen, (1, 0, 0, height, 0, 0)))
            font["glyf"][twin] = pen.glyph()
            font["hmtx"][twin] = font["hmtx"][name]
        shape = font["glyf"][twin]
        shape.recalcBounds(font["glyf"])
        record = otTables.MathGlyphVariantRecord()
        record.VariantGlyph, record.AdvanceMeasurement = twin, shape.yMax - shape.yMin
        records.append(record)
    root = otTables.MathGlyphConstruction()
    root.GlyphAssembly, root.MathGlyphVariantRecord = None, records
    root.VariantCount = len(records)
    variants = font["MATH"].table.MathVariants
    listed = variants.VertGlyphCoverage.glyphs
    grown = dict(zip(listed, variants.VertGlyphConstruction, strict=True))
    grown[name] = root
    order = sorted(grown, key=font.getGlyphID)  # as the format asks
    variants.VertGlyphCoverage.glyphs = order
    variants.VertGlyphConstruction = [grown[glyph] for glyph in order]
    variants.VertGlyphCount = len(order)
