"""Real little files, good and evil, made on the spot."""

import io
import struct
import zipfile
import zlib

import docx as word
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from civportal.lib import files as store

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTENT_TYPES = "[Content_Types].xml"


def upload(name, content):
    """The content as a browser sends it; its claimed type is never believed."""
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def written(save):
    """The bytes that a library's save function writes."""
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def jpg(width=40, height=30, color="teal", **options):
    return written(lambda file: Image.new("RGB", (width, height), color).save(file, "JPEG", **options))


def jpg_taken_somewhere():
    """A photo that lies on its side and says where and when it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x0132] = "2026:06:01 09:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    return jpg(exif=exif)


def large_photo_lying_on_its_side():
    """A photo of some three megabytes, as a telephone takes it upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9003] = "2026:06:01 09:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 30.0, 18.0), 3: "E", 4: (118.0, 15.0, 36.0)})
    noise = Image.effect_noise((3200, 2400), 60).convert("RGB")
    return written(lambda file: noise.save(file, "JPEG", quality=80, exif=exif))


def jpg_taken_at(gps):
    """A photo whose camera wrote these remarks of the place, by their numbers."""
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:06:01 09:00:00"
    exif.get_ifd(0x8825).update(gps)
    return written(lambda file: Image.new("RGB", (60, 40), (200, 30, 30)).save(file, "JPEG", exif=exif))


def opened(file):
    """The picture that is kept for an EvidenceFile."""
    return Image.open(store.open_file(file.FOLDER, file.sha256))


def png(width=40, height=30):
    return written(lambda file: Image.new("RGBA", (width, height), (0, 120, 120, 128)).save(file, "PNG"))


def png_claiming(width, height):
    """A small PNG whose header claims to be huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def pdf(pages=1, text="page", **options):
    def save(file):
        canvas = Canvas(file, pagesize=(300, 400), **options)
        for number in range(1, pages + 1):
            canvas.drawString(40, 300, f"{text} {number}")
            canvas.showPage()
        canvas.save()

    return written(save)


def pdf_with_password():
    return pdf(encrypt=StandardEncryption("open-me"))


def pdf_locked_against_printing():
    return pdf(encrypt=StandardEncryption("", ownerPassword="owner", canPrint=0))


def docx(text="组织干部职工开展志愿服务。", picture=None):
    document = word.Document()
    document.add_heading("活动总结", 1)
    document.add_paragraph(text)
    if picture:
        document.add_picture(io.BytesIO(picture))
    return written(document.save)


def xlsx(rows=((1, "云泽县第一小学"),), sheets=("名单",)):
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name in sheets:
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return written(workbook.save)


def package(parts, compression=zipfile.ZIP_DEFLATED):
    """A zip of these parts: {name: content}."""

    def save(file):
        with zipfile.ZipFile(file, "w", compression) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return written(save)


def office(main="wordprocessingml.document.main+xml", **parts):
    """The least that calls itself an office file, with more parts beside."""
    types = f'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{main}"/></Types>'
    return package({CONTENT_TYPES: types, "word/document.xml": "<document/>", **parts})


def docm():
    return office(main="wordprocessingml.document.macroEnabled.main+xml", **{"word/vbaProject.bin": b"macro"})


def bomb(size=400 * 2**20):
    """A docx of some 400 kB that unpacks to 400 MiB."""
    return office(**{"word/media/image1.xml": bytes(size)})


def lying_bomb():
    """A docx with a part that unpacks to more than it declares."""
    content = bytearray(office(**{"word/zeros.bin": bytes(30 * 2**20)}))
    declared = struct.pack("<I", 30 * 2**20)
    return bytes(content.replace(declared, struct.pack("<I", 1000)))


def with_many_parts(count=6000):
    return office(**{f"word/{number}.xml": b"" for number in range(count)})


def jpg_with_zip():
    return jpg() + package({"secret.txt": "hidden"})


def legacy(stream="WordDocument"):
    return OLE + bytes(600) + stream.encode("utf-16-le") + bytes(600)


def heic():
    return b"\x00\x00\x00\x18ftypheic" + bytes(200)
