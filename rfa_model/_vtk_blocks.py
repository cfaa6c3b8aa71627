"""Compressed blocks of VTK's XML files, unpacked to no more than they are said to hold."""

import lzma
import zlib


def unpacked(block: bytes, size: int, compressor: str | None, memory_bytes: int) -> bytes:
    """Return the ``size`` bytes of a block packed by VTK's zlib or LZMA compressor, which may take so much memory.

    Raises
    ------
    ValueError
        If it is packed otherwise, damaged, or holds more or less.
    """
    try:
        if compressor == "vtkZLibDataCompressor":
            raw = zlib.decompressobj().decompress(block, size + 1)
        elif compressor == "vtkLZMADataCompressor":
            raw = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=memory_bytes).decompress(block, max_length=size + 1)
        else:
            raise ValueError(f"it is packed by {compressor}, expected zlib or LZMA")
    except (zlib.error, lzma.LZMAError) as error:
        raise ValueError(f"a block is damaged: {error}") from None
    if len(raw) != size:
        raise ValueError("a block is incomplete")
    return raw
