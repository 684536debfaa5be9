"""The register of the kinds of work: their public names, and nothing else."""

from __future__ import annotations

from jobdash.demo.work.bad_input import missing_file, syntax_error
from jobdash.demo.work.check_archive import broken_archive, check_archive
from jobdash.demo.work.compress_files import compress_files
from jobdash.demo.work.count_words import count_words
from jobdash.demo.work.hash_files import hash_files
from jobdash.demo.work.index_modules import index_modules
from jobdash.demo.work.preview_document import preview_document
from jobdash.demo.work.resize_image import resize_image
from jobdash.demo.work.task import Work
from jobdash.demo.work.wait_for_lock import wait_for_lock

KINDS: dict[str, Work] = {
    "hash-files": hash_files,
    "compress-files": compress_files,
    "count-words": count_words,
    "index-modules": index_modules,
    "check-archive": check_archive,
    "resize-image": resize_image,
    "preview-document": preview_document,
    "wait-for-lock": wait_for_lock,
    "broken-archive": broken_archive,
    "syntax-error": syntax_error,
    "missing-file": missing_file,
}
