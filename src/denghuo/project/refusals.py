"""What the demo's own pages refuse."""

from __future__ import annotations

from denghuo.kernel.refusal import RefusalError


class NoTrialFileError(RefusalError):
    """A file that is not there, or not any more: its payment file has been answered."""

    code = "project.no_trial_file"
    template = "没有这个文件。银行回盘只在有付款文件等答复时才有，请回到列表看现在有哪些。"
    status = 404
