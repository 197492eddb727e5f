"""The files of the style as they are served: packed once, and kept by browsers for ever."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from mimetypes import guess_type

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.resources import STYLE, shipped, style_names

STATIC = shipped(STYLE)
FOR_EVER = "public, max-age=31536000, immutable"
EACH_TIME = "public, no-cache"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it is sent: plain, packed, and what it is."""

    plain: bytes
    packed: bytes
    kind: str
    name: str
    """With the hash of what it holds."""


class Style:
    """
    Serves the files of the style, from memory: there are few, and they are small.

    By the name that pages give, which has a hash of what it holds, a file may be
    kept for ever. By its own name, or by that of an older edition, it is asked for each time.
    """

    def __init__(self) -> None:
        self._files = {own: _kept(own, name) for own, name in style_names().items()}

    def routes(self) -> list[Route]:
        """The one address."""
        return [Route("/static/{name}", self.file)]

    async def file(self, request: Request) -> Response:
        """A file by its name, packed for whoever can unpack it."""
        asked: str = request.path_params["name"]
        kept = self._files.get(asked) or self._files.get(_own(asked))
        if kept is None:
            raise HTTPException(404)
        headers = {
            "Cache-Control": FOR_EVER if asked == kept.name else EACH_TIME,
            "ETag": f'W/"{kept.name}"',
        }
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(kept.plain, media_type=kept.kind, headers=headers)
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(kept.packed, media_type=kept.kind, headers=headers)


def _kept(own: str, name: str) -> Kept:
    plain = (STATIC / own).read_bytes()
    kind = guess_type(own)[0] or "application/octet-stream"
    return Kept(plain, gzip.compress(plain, 9, mtime=0), kind, name)


def _own(asked: str) -> str:
    """A file's own name, of a name with the hash of any edition."""
    stem, _, ending = asked.rpartition(".")
    return f"{stem.rpartition('.')[0]}.{ending}"
