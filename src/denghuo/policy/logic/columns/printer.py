"""Print one rule version as the source of a fused, branch-free kernel.

The text is made only from intermediate-form nodes: every name in it is a position (``a3`` is the
fourth column), every number comes from a type or a literal node. No word of a policy file reaches
it. Row by row it is ordinary Python; compiled, each condition is a loop over a block that fits the
first-level cache, so that the compiler turns it into vector instructions.

A condition's answer is kept as two bits: bit 0 "true", bit 1 "false", neither "unknown".
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from denghuo.policy.logic import ir
from denghuo.policy.logic.columns.layout import INT64_MAX, Lane, Layout
from denghuo.policy.logic.columns.loops import Frame, Loop, Slot
from denghuo.policy.logic.columns.program import AMOUNT_UNKNOWN, RuleVersion, UnfitRuleError

BLOCK = 4096  # rows; with about twenty one-byte lanes a block stays in first-level cache
_EXACT_FLOAT = 2**52  # below this a quotient through float64 is off by at most one


@dataclass(frozen=True, slots=True)
class KernelSource:
    """A printed kernel and what it must be given; ``name`` holds the digest of its text.

    ``lanes``: the columns, in argument order (values, known bits, values, known bits, ...).
    ``slots``: the constants vector. ``prefixes``: one table of code numbers to 0/1 each.
    ``mask_dtype``: the type of the two mask columns. ``scratch_bytes``: work space per thread.
    """

    name: str
    text: str
    lanes: tuple[Lane, ...]
    slots: tuple[Slot, ...]
    prefixes: tuple[str, ...]
    mask_dtype: str
    scratch_bytes: int


def mask_dtype_for(conditions: int) -> str:
    """The narrowest unsigned type with one bit for each condition."""
    return "uint8" if conditions <= 8 else "uint16" if conditions <= 16 else "uint32"


def print_kernel(
    version: RuleVersion, layout: Layout, mask_dtype: str | None = None
) -> KernelSource:
    """The kernel of one version over one layout. Raises ``UnfitRuleError``.

    ``mask_dtype`` may be wider than this version needs, for a sibling with more conditions.
    """
    narrowest = mask_dtype_for(len(version.conditions))
    return _Printer(version, layout, mask_dtype or narrowest).print()


class _Printer:
    def __init__(self, version: RuleVersion, layout: Layout, mask_dtype: str) -> None:
        self.version = version
        self.mask_dtype = mask_dtype
        self.frame = Frame(layout)

    def print(self) -> KernelSource:
        conditions = [
            self._condition(number, item) for number, item in enumerate(self.version.conditions)
        ]
        amount = self._amount()
        frame = self.frame
        names, unpacking, lanes_used = self._unpacking()
        offsets = {name: index * BLOCK for index, name in enumerate(lanes_used)}
        for number in range(len(conditions)):
            offsets[f"R{number}"] = len(offsets) * BLOCK
        offsets["E"] = len(offsets) * BLOCK
        body = [
            *unpacking,
            *(line for loop in conditions for line in loop),
            *self._masks(),
            *amount,
        ]
        arguments = ["lo", "hi", "constants", "spread", "scratch", "s", *names]
        arguments += [f"p{index}" for index in range(len(frame.prefixes))]
        arguments += ["verdict", "amount", "failed", "unknown"]
        lines = [f"    {name} = u8({offset})" for name, offset in offsets.items()]
        lines += [f"    c{index} = constants[{index}]" for index in range(len(frame.slots))]
        lines += [
            "    start = lo",
            "    while start < hi:",
            f"        n = min(hi - start, {BLOCK})",
            "        words = (n + 7) >> 3",
            "        base = u8(start)",
            "        first = u8(start >> 3)",
            *(f"        {line}" for line in body),
            "        start += n",
            "",
        ]
        signature = ", ".join(arguments)
        body_text = "\n".join(lines)
        digest = hashlib.sha256(f"{signature}\n{body_text}".encode()).hexdigest()
        # machine code is linked by name: two kernels of one process must never share one
        name = f"kernel_{digest[:40]}"
        return KernelSource(
            name=name,
            text=f"def {name}({signature}):\n{body_text}",
            lanes=tuple(frame.lanes),
            slots=tuple(frame.slots),
            prefixes=tuple(frame.prefixes),
            mask_dtype=self.mask_dtype,
            scratch_bytes=len(offsets) * BLOCK,
        )

    def _unpacking(self) -> tuple[list[str], list[str], list[str]]:
        """Arguments, and the statements that turn bitmaps into one byte per row."""
        names: list[str] = []
        lines: list[str] = []
        offsets: list[str] = []
        for index, lane in enumerate(self.frame.lanes):
            names += [f"a{index}", f"b{index}"]
            targets = [(f"K{index}", f"b{index}")]
            if lane.dtype == "bits":
                targets.append((f"V{index}", f"a{index}"))
            for offset, source in targets:
                offsets.append(offset)
                lines += [
                    "for w in range(words):",
                    "    j = u8(w)",
                    f"    scratch[({offset} >> u8(3)) + j] = spread[u8({source}[first + j])]",
                ]
        return names, lines, offsets

    @staticmethod
    def _looped(lines: list[str]) -> list[str]:
        return ["for r in range(n):", "    i = u8(r)", *(f"    {line}" for line in lines)]

    def _condition(self, number: int, node: ir.Expr) -> list[str]:
        loop = Loop(self.frame)
        truth = loop.truth(node)
        return self._looped(
            [*loop.lines, f"s[R{number} + i] = u1({truth.true} | ({truth.false} << 1))"]
        )

    def _masks(self) -> list[str]:
        """Gather the conditions' two-bit answers into the verdict and the two masks."""
        count = len(self.version.conditions)
        cast = {"uint8": "u1", "uint16": "u2", "uint32": "u4"}[self.mask_dtype]
        lines = [f"r{number} = s[R{number} + i]" for number in range(count)]
        failed = " | ".join(f"({cast}(r{k} >> 1) << {k})" for k in range(count))
        passed = " | ".join(f"({cast}(r{k} & 1) << {k})" for k in range(count))
        lines += [
            f"f = {cast}({failed})",
            f"t = {cast}({passed})",
            f"u = {cast}({2**count - 1} & ~(f | t))",
            "failed[base + i] = f",
            "unknown[base + i] = u",
            "open = u1(f == 0)",
            "e = u1(open & u1(u == 0))",
            "s[E + i] = e",
            "verdict[base + i] = u1(e | ((open ^ e) << 1))",
        ]
        return self._looped(lines)

    def _amount(self) -> list[str]:
        node = self.version.amount
        if node is None:
            return self._looped(["amount[base + i] = 0"])
        loop = Loop(self.frame)
        scale = node.type.scale
        value = loop.value(node, scale)
        fen = f"i8({value.name})"
        if scale:
            unit = 10**scale
            high = node.type.high
            if high is None or high + unit // 2 > INT64_MAX:
                raise UnfitRuleError("the amount does not fit 64 bits before rounding")
            numerator = loop.let(f"{fen} + {unit // 2}")
            if high + unit // 2 < _EXACT_FLOAT:
                fen = loop.quotient(numerator, unit)
            else:
                fen = loop.let(f"i8(u8({numerator}) // u8({unit}))")
        if value.known is not None:
            known = loop.let(f"-i8({value.known})")
            fen = loop.let(f"({fen} & {known}) | ({AMOUNT_UNKNOWN} & ~{known})")
        return self._looped([*loop.lines, f"amount[base + i] = {fen} & -i8(s[E + i])"])
