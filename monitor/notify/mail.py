"""Mail: Apprise's own address form, read by Apprise, sent with EmailMessage and aiosmtplib."""

from __future__ import annotations

import asyncio
import hashlib
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import aiosmtplib

from monitor.errors import DeliveryError
from monitor.messages import Delivery, Message

PERMANENT = 500
SUBJECT_LENGTH = 200
ANSWER_LENGTH = 200
CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class MailAddress:
    """Where and how mail is handed over, and from whom to whom."""

    host: str
    port: int
    mode: str
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    verify: bool = True


class MailChannel:
    """One ``mailto://`` or ``mailtos://`` address. ``timeout`` is in seconds for each step."""

    def __init__(self, name: str, url: str, timeout: float = 30.0) -> None:
        self.name = name
        self._url = url
        self._timeout = timeout

    async def send(self, delivery: Delivery, title: str) -> str:
        """
        Hand the message to the mail server, and say what it answered.

        Addresses that the message itself names stand in for the channel's own.
        Raises ``DeliveryError``.

        A 5xx answer is permanent, everything else may pass.
        """
        address = await asyncio.to_thread(read_address, self._url, self.name)
        if delivery.to:
            to = tuple(_address(one, None) for one in delivery.to)
            address = replace(address, to=to, cc=(), bcc=())
        message = compose(delivery, address, title)
        everybody = recipients_of(address)
        recipients = [one for one in everybody if one in delivery.left] or everybody
        try:
            refused, answer = await aiosmtplib.send(
                message,
                sender=address.sender.addr_spec,
                recipients=recipients,
                **connection(address, self._timeout),
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            permanent = all(code >= PERMANENT for code in codes)
            raise DeliveryError(
                self.name, f"the mail server refused the recipients ({codes[0]})", permanent
            ) from error
        except aiosmtplib.SMTPAuthenticationError as error:
            # A wrong password can be put right in the environment: worth another try.
            raise DeliveryError(
                self.name, f"the mail server refused the login ({error.code})"
            ) from None
        except aiosmtplib.SMTPResponseException as error:
            raise DeliveryError(
                self.name,
                f"the mail server answered {error.code}: {clean(error.message)[:200]}",
                permanent=error.code >= PERMANENT,
            ) from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            lost = (aiosmtplib.SMTPReadTimeoutError, aiosmtplib.SMTPServerDisconnected)
            raise DeliveryError(
                self.name,
                f"the mail server {address.host}:{address.port} could not be reached "
                f"({clean(str(error))[:200] or type(error).__name__})",
                uncertain=isinstance(error, lost),
            ) from error
        if refused:
            raise self._refusal(refused)
        return clean(answer)[:ANSWER_LENGTH]

    def _refusal(self, refused: Mapping[str, tuple[int, str]]) -> DeliveryError:
        """Some of several recipients were refused: they alone are tried again, if that can help."""
        later = tuple(one for one, answer in refused.items() if answer[0] < PERMANENT)
        names = ", ".join(f"{one} ({code})" for one, (code, _) in refused.items())
        return DeliveryError(
            self.name,
            f"the mail server refused {clean(names)}; the others have it",
            permanent=not later,
            left=later,
        )


def recipients_of(address: MailAddress) -> list[str]:
    """Everybody whom a mail to an address goes to."""
    return [one.addr_spec for one in (*address.to, *address.cc, *address.bcc)]


def connection(address: MailAddress, timeout: float) -> dict[str, Any]:
    """How the mail server is reached and logged in to, as ``aiosmtplib`` wants it told."""
    return {
        "hostname": address.host,
        "port": address.port,
        "username": address.user,
        "password": address.password,
        "use_tls": address.mode == "ssl",
        "start_tls": True if address.mode == "starttls" else None,
        "tls_context": _tls(address),
        "timeout": timeout,
    }


def _tls(address: MailAddress) -> ssl.SSLContext | None:
    if address.mode == "insecure":
        return None
    context = ssl.create_default_context()
    if not address.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def read_address(url: str, channel: str) -> MailAddress:
    """
    Read an Apprise mail address.

    Raises ``DeliveryError`` if Apprise cannot read it, which somebody can put
    right; its text does not hold the address, which has a password in it.
    """
    import apprise  # takes a second to load, and only those who send need it

    parsed: Any = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if parsed is None or not getattr(parsed, "targets", None):
        raise DeliveryError(
            channel,
            "not a mail address that can be used: mailtos://USER:PASSWORD@HOST/?to=NAME@HOST",
        )
    name, sender = parsed.from_addr
    names = parsed.names
    try:
        return MailAddress(
            host=parsed.smtp_host,
            port=parsed.port
            or (465 if parsed.secure_mode == "ssl" else 587 if parsed.secure else 25),
            mode=parsed.secure_mode,
            sender=_address(sender, name),
            to=tuple(_address(target, shown) for shown, target in parsed.targets),
            cc=tuple(_address(one, names.get(one)) for one in sorted(parsed.cc)),
            bcc=tuple(_address(one, None) for one in sorted(parsed.bcc)),
            user=parsed.user or None if parsed.password else None,
            password=parsed.password or None,
            verify=bool(parsed.verify_certificate),
        )
    except (ValueError, IndexError) as error:
        raise DeliveryError(channel, "one of its mail addresses is not well formed") from error


def _address(spec: str, name: str | bool | None) -> Address:
    return Address(display_name=clean(name) if isinstance(name, str) else "", addr_spec=spec)


def compose(delivery: Delivery, address: MailAddress, title: str) -> EmailMessage:
    """
    Write the mail: text and HTML, with headers that stay the same if it is sent again.

    The Message-ID and X-Digest-Id are made from the delivery's key, so a
    repeat can be told as one. The alerts of one indicator answer to one id
    that no mail has, so that mail programs show them as one thread.
    """
    digest_id = hashlib.sha256(delivery.key.encode()).hexdigest()[:32]
    domain = address.sender.domain or "localhost"
    mail = EmailMessage()
    mail["From"] = (
        address.sender
        if address.sender.display_name
        else Address(display_name=clean(title), addr_spec=address.sender.addr_spec)
    )
    mail["To"] = address.to
    if address.cc:
        mail["Cc"] = address.cc
    mail["Subject"] = clean(delivery.message.subject)[:SUBJECT_LENGTH]
    mail["Date"] = format_datetime(delivery.created)
    mail["Message-ID"] = f"<{digest_id}@{domain}>"
    mail["X-Digest-Id"] = digest_id
    mail["List-Id"] = f"{clean(title)} <{delivery.channel}.what-to-watch.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if delivery.interrupted:
        mail["X-May-Be-Repeat"] = "yes"
    if delivery.kind == "alert" and delivery.hits:
        thread = hashlib.sha256(f"{delivery.channel}|{delivery.hits[0].indicator}".encode())
        mail["References"] = mail["In-Reply-To"] = f"<{thread.hexdigest()[:32]}.thread@{domain}>"
    mail.set_content(delivery.message.text, cte="quoted-printable")
    if delivery.message.html:
        mail.add_alternative(delivery.message.html, subtype="html", cte="quoted-printable")
        _add_pictures(mail, delivery.message)
    for number, part in enumerate(one for one in mail.walk() if one.is_multipart()):
        # None is left to chance, so that a repeat is the same to the byte. An equals sign and
        # an underscore stand side by side in no body, whatever a feed writes: they are encoded.
        part.set_boundary(f"=_{digest_id}_{number}")
    return mail


def _add_pictures(mail: EmailMessage, message: Message) -> None:
    """Put the pictures beside the HTML that shows them, where they are no attachments."""
    html = mail.get_body(("html",))
    for number, picture in enumerate(message.pictures, 1):
        if html is not None:
            html.add_related(
                picture.png,
                "image",
                "png",
                cid=f"<{picture.name}>",
                disposition="inline",
                filename=f"last-30-days-{number}.png",
            )


def clean(text: str) -> str:
    """
    One line for a header, and nothing in it but text.

    Control characters go, and what the mail library would decode as an
    encoded word is broken up: decoded, it could hold a line break, and so a
    header of a feed's own making.
    """
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return CONTROLS.sub(" ", whole).replace("=?", "= ?").strip()
