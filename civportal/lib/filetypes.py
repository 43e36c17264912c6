"""What a file really is, told from its content; the kinds the portal takes, and advice for the rest.

Nothing here decodes a picture or unpacks more than the limits allow, so it may run beside the web.
"""

import io
import re
import struct
import unicodedata
import zipfile
import zlib

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

EXTENSIONS = {
    "docx": {"docx"},
    "xlsx": {"xlsx"},
    "pdf": {"pdf"},
    "jpg": {"jpg", "jpeg", "jpe", "jfif"},
    "png": {"png"},
    "doc": {"doc", "wps"},
    "xls": {"xls", "et"},
    "ofd": {"ofd"},
    "csv": {"csv"},
}
# Kept where somebody may have nothing better; elsewhere their writer is asked for a newer kind.
OLDER = {"doc", "xls", "ofd", "csv"}
CONTENT_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ofd": "application/ofd",
    "csv": "text/csv",
}
PICTURES = {"jpg", "png"}

PIXELS = 50_000_000
ZIP_MEMBERS = 5_000
ZIP_DIRECTORY_BYTES = 2 * 2**20
ZIP_UNPACKED_BYTES = 200 * 2**20
# Office files pack tables about fifty to one; a bomb packs a thousand to one.
ZIP_RATIO = 200
ZIP_RATIO_MATTERS_FROM = 16 * 2**20
CHUNK = 2**16
NAME_LENGTH = 200

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXTS = ("utf-8-sig", "utf-16", "gb18030")
PNG = b"\x89PNG\r\n\x1a\n"
HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
EXTENSION = re.compile(r"\.(\d*[A-Za-z][A-Za-z0-9]{0,5})$")
# Windows keeps these names for devices; a file called so cannot be saved there.
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)

REFUSALS = {
    "empty": _("The file is empty. Save it again where it came from, then choose it once more."),
    "unknown": _("This kind of file is not taken. Word (.docx), Excel (.xlsx), PDF, JPG and PNG are."),
    "legacy": _("This is a file of an old Word, Excel or WPS. Open it and save it as .docx or .xlsx."),
    "binary": _("This is a binary workbook (.xlsb). Open it and save it as .xlsx."),
    "macro": _("The file carries macros. Save it without macros, as .docx or .xlsx."),
    "protected": _("The file is protected with a password. Take the password off and choose it once more."),
    "damaged": _("The file is damaged or broken off. Open it, save it again and choose the new one."),
    "bomb": _("The file unpacks to far more than it seems to hold. Copy what is needed into a new file."),
    "pixels": _("The picture has more than 50 million pixels. Make it smaller or take a new one."),
    "mixed": _("The file is two kinds of file in one. Open it, save it again and choose the new one."),
    "heic": _(
        "This is a HEIC photo. On the phone choose the format “most compatible” for the camera, "
        "or send the photo as JPG."
    ),
    "video": _("This is a video. Choose a few photos instead, or a document that tells about it."),
    "web": _("This is a web page or a drawing. Print it to PDF or save it as a picture."),
    "archive": _("This is an archive. Unpack it and choose the files in it."),
    "ofd": _("This is an OFD document. Save it as PDF."),
    "extension": _(
        "The name ends in .%(found)s, but the content is .%(kind)s. "
        "Save the file again under the right kind; renaming it is not enough if it does not open."
    ),
}


def refusal(code, **values):
    """Why a file is not taken and what to do instead."""
    return ValidationError(REFUSALS[code], code=code, params=values)


def recognize(file, name, older=False):
    """The kind of a file by its content: docx, xlsx, pdf, jpg or png; with `older` also doc, xls, ofd, csv.

    Raises ValidationError with the reason and a remedy when it is anything else, when the name's
    extension says something else, or when it is damaged, protected, or made to overwhelm a reader.
    """
    file.seek(0)
    found = extension_of(name)
    try:
        kind = kind_of(file, file.read(CHUNK), found)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError) as error:
        raise refusal("damaged") from error
    finally:
        file.seek(0)
    if kind in OLDER and not older:
        raise refusal({"ofd": "ofd", "csv": "unknown"}.get(kind, "legacy"))
    if found and found not in EXTENSIONS[kind]:
        raise refusal("extension", found=found, kind=kind)
    return kind


def kind_of(file, head, extension=""):
    """The kind by the first bytes, each checked by its own rules; plain text has only its extension."""
    if not head:
        raise refusal("empty")
    if head.startswith(b"PK\x03\x04"):
        return office_kind(file)
    if head.startswith(b"%PDF-"):
        return check_pdf(file)
    if head.startswith(PNG):
        return check_png(file, head)
    if head.startswith(b"\xff\xd8\xff"):
        return check_jpg(file)
    if head.startswith(OLE):
        return old_kind(file)
    strange = stranger(head)
    if strange == "unknown" and extension == "csv" and is_text(head):
        return "csv"
    raise refusal(strange)


def old_kind(file):
    """doc or xls, by the streams that the old container names; WPS writes the same ones."""
    # An office file with a password is wrapped in the old container.
    if contains(file, in_old_directory("EncryptedPackage")):
        raise refusal("protected")
    if contains(file, in_old_directory("_VBA_PROJECT")):
        raise refusal("macro")
    for stream, kind in (("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls")):
        if contains(file, in_old_directory(stream)):
            return kind
    raise refusal("legacy")


def in_old_directory(stream):
    """A stream's name as the old container writes it."""
    return stream.encode("utf-16-le")


def is_text(head):
    """Whether these bytes are text in an encoding that offices use."""
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    # A piece may end within a character.
    return any(decodes(head[: len(head) - cut], encoding) for encoding in TEXTS for cut in range(4))


def decodes(content, encoding):
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def stranger(head):
    """Which advice fits a file that is of no kind we take."""
    if head[4:8] == b"ftyp":
        return "heic" if head[8:12] in HEIF_BRANDS else "video"
    if head.startswith((b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")):
        return "archive"
    start = head.lstrip(b"\xef\xbb\xbf\x00 \t\r\n")[:256].lower()
    return "web" if start.startswith((b"<", b"mime-version:")) else "unknown"


def office_kind(file):
    """docx or xlsx, by the parts the package declares; every part is unpacked once and counted."""
    with open_zip(file) as package:
        members = package.infolist()
        names = {member.filename for member in members}
        if "[Content_Types].xml" not in names:
            if "OFD.xml" not in names:
                raise refusal("archive")
            return ofd_kind(package, members)
        unpack_within_limits(package, members)
        types = package.read("[Content_Types].xml")
        if b"macroEnabled" in types or any("vbaproject" in name.lower() for name in names):
            raise refusal("macro")
        if b"wordprocessingml.document.main+xml" in types:
            return "docx"
        if b"spreadsheetml.sheet.main+xml" in types:
            return "xlsx"
        raise refusal("binary" if "xl/workbook.bin" in names else "unknown")


def ofd_kind(package, members):
    """An OFD document whose parts unpack within the limits."""
    unpack_within_limits(package, members)
    return "ofd"


def open_zip(file):
    """The package, opened only when its directory is small and its first part starts the file."""
    entries, directory_bytes = zip_directory(file)
    if entries > ZIP_MEMBERS or directory_bytes > ZIP_DIRECTORY_BYTES:
        raise refusal("bomb")
    package = zipfile.ZipFile(file)
    if len(package.infolist()) > ZIP_MEMBERS:
        raise refusal("bomb")
    if not package.infolist() or min(member.header_offset for member in package.infolist()) != 0:
        raise refusal("mixed")
    if any(member.flag_bits & 0x1 for member in package.infolist()):
        raise refusal("protected")
    return package


def zip_directory(file):
    """How many parts a zip claims to have and how long its directory is, before reading that."""
    size = file.seek(0, io.SEEK_END)
    start = max(0, size - 2**16 - 22)
    file.seek(start)
    tail = file.read()
    position = tail.rfind(b"PK\x05\x06")
    if position < 0 or position + 22 > len(tail):
        raise zipfile.BadZipFile("no end of directory")
    if tail[max(0, position - 20) : position].startswith(b"PK\x06\x07"):
        # 64-bit sizes are for archives of gigabytes; no office program writes them here.
        raise refusal("bomb")
    entries, directory_bytes = struct.unpack_from("<HI", tail, position + 10)
    return entries, directory_bytes


def unpack_within_limits(package, members):
    """Unpack everything once, in pieces, and stop at the limits.

    The declared sizes are asked first; reading then proves them, because a part that unpacks to
    something else fails its checksum.
    """
    declared = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if declared > ZIP_UNPACKED_BYTES:
        raise refusal("bomb")
    if declared > ZIP_RATIO_MATTERS_FROM and declared / packed > ZIP_RATIO:
        raise refusal("bomb")
    for member in members:
        with package.open(member) as part:
            first = part.read(CHUNK)
            # The format forbids it, and it is how a small document makes a reader explode.
            if member.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in first:
                raise refusal("damaged")
            while part.read(CHUNK):
                pass


def check_pdf(file):
    """A PDF that is whole and nothing else besides."""
    if not contains(file, b"%%EOF"):
        raise refusal("damaged")
    refuse_attached_zip(file)
    return "pdf"


def check_png(file, head):
    """A PNG that is whole and not too large to decode."""
    if head[12:16] != b"IHDR" or not contains(file, b"IEND"):
        raise refusal("damaged")
    width, height = struct.unpack_from(">II", head, 16)
    check_pixels(width, height)
    refuse_attached_zip(file)
    return "png"


def check_jpg(file):
    """A JPG that is whole and not too large to decode."""
    width, height = jpg_size(file)
    if not contains(file, b"\xff\xd9", start=file.tell()):
        raise refusal("damaged")
    check_pixels(width, height)
    refuse_attached_zip(file)
    return "jpg"


def jpg_size(file):
    """Width and height from the frame header; the file is left standing behind it."""
    file.seek(2)
    while True:
        marker = file.read(1)
        if marker != b"\xff":
            raise refusal("damaged")
        while marker == b"\xff":
            marker = file.read(1)
        (length,) = struct.unpack(">H", file.read(2))
        # Frame headers are C0 to CF, except for the three that hold tables.
        if b"\xc0" <= marker <= b"\xcf" and marker not in (b"\xc4", b"\xc8", b"\xcc"):
            height, width = struct.unpack(">xHH", file.read(5))
            return width, height
        if marker in (b"\xd9", b"\xda") or length < 2:
            raise refusal("damaged")
        file.seek(length - 2, io.SEEK_CUR)


def check_pixels(width, height):
    if not width or not height:
        raise refusal("damaged")
    if width * height > PIXELS:
        raise refusal("pixels")


def refuse_attached_zip(file):
    """No archive hides behind a picture or a PDF."""
    try:
        zip_directory(file)
    except zipfile.BadZipFile:
        return
    raise refusal("mixed")


def contains(file, needle, start=0):
    """Whether the bytes occur from `start` on; read in pieces."""
    file.seek(start)
    rest = b""
    while chunk := file.read(CHUNK):
        if needle in rest + chunk:
            return True
        rest = chunk[-len(needle) + 1 :]
    return False


def is_encrypted_pdf(file):
    """Whether the PDF says that it is encrypted, be it only against printing."""
    return contains(file, b"/Encrypt")


def clean_name(name, kind=""):
    """A file's name as it may be shown and given back: the last part of a path, plain and short.

    Keeps the extension when it shortens, and gives the kind's own to a name without one.
    """
    name = unicodedata.normalize("NFC", str(name)).replace("\\", "/").rsplit("/", 1)[-1]
    # Cc are controls, Cf bidi overrides and zero-width, Cs halves of characters: none can be seen.
    name = "".join(letter for letter in name if unicodedata.category(letter) not in ("Cc", "Cf", "Cs"))
    name = re.sub(r'[<>:"|?*]', "_", " ".join(name.split())).strip(". ")
    if DEVICES.fullmatch(name):
        name = f"_{name}"
    if kind and not extension_of(name):
        name = f"{name or kind}.{kind}"
    extension = extension_of(name)
    stem = name[: -len(extension) - 1] if extension else name
    return f"{stem[: NAME_LENGTH - len(extension) - 1]}.{extension}" if extension else stem[:NAME_LENGTH]


def extension_of(name):
    """What a name ends in, in small letters; "" for none, and for a number as in “Report 1.2”."""
    ending = EXTENSION.search(str(name))
    return ending[1].lower() if ending else ""
