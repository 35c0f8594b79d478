"""
What a store says when it does not serve us, as a sentence with a remedy.

Does not ask the store anything. Its own words may be a stranger's: they are cut, and stand in brackets.
"""

from __future__ import annotations

import errno

from db.errors import PlaceError

LONGEST = 200  # characters of what the store says
_RIGHTS = "Nötig sind für diesen Ort die Rechte s3:GetObject, s3:PutObject, s3:DeleteObject und s3:ListBucket."
_KEYS = "Prüfen Sie AWS_ACCESS_KEY_ID und AWS_SECRET_ACCESS_KEY, auch auf Leerzeichen."
_BY_CODE = {
    "NoSuchBucket": (
        "Den Bucket gibt es dort nicht.",
        "Legen Sie ihn an, oder berichtigen Sie FUNDSTELLE_ARCHIVES oder AWS_ENDPOINT_URL.",
    ),
    "InvalidAccessKeyId": ("Der Speicher kennt den Schlüssel nicht.", _KEYS),
    "SignatureDoesNotMatch": ("Das Geheimnis passt nicht zum Schlüssel.", _KEYS),
    "ExpiredToken": ("Die Zugangsdaten sind abgelaufen.", "Setzen Sie neue."),
    "RequestTimeTooSkewed": ("Die Uhr dieses Rechners geht falsch.", "Stellen Sie sie, am besten mit NTP."),
    "AccessDenied": ("Ein Recht fehlt.", _RIGHTS),
    "403": ("Ein Recht fehlt.", _RIGHTS),
}
_BY_NUMBER = {
    errno.EACCES: (
        "Ein Recht fehlt.",
        "Der Benutzer, unter dem Fundstelle läuft, muss dort lesen und schreiben dürfen.",
    ),
    errno.EROFS: ("Dort kann nur gelesen werden.", "Hängen Sie den Datenträger zum Schreiben ein."),
    errno.ENOSPC: ("Der Datenträger ist voll.", "Schaffen Sie dort Platz."),
}
_AWAY = "Prüfen Sie Netz und AWS_ENDPOINT_URL. Archive, die noch nicht dort sind, bleiben auf diesem Rechner."


def code_of(fault: BaseException) -> str:
    """Return the code that S3 gives an error; nothing if it is another."""
    for one in (fault, fault.__cause__):
        response = getattr(one, "response", None)
        if isinstance(response, dict):
            return str(response.get("Error", {}).get("Code", ""))
    return ""


def is_gone(fault: OSError) -> bool:
    """Tell whether an object is not there, or ends before what was asked for."""
    code = code_of(fault)
    return code in {"NoSuchKey", "404", "InvalidRange", "416"} or (isinstance(fault, FileNotFoundError) and not code)


def told(url: str, fault: Exception) -> PlaceError:
    """Return the error for the person at the keyboard."""
    code = code_of(fault)
    number = fault.errno if isinstance(fault, OSError) else None
    said = _BY_CODE.get(code) or (None if code else _BY_NUMBER.get(number or 0))
    if said is None:
        words = (str(fault).strip() or type(fault).__name__).splitlines()[0][:LONGEST]
        refused = f"lehnt ab: {code}, {words}" if code else f"ist nicht zu erreichen ({words})"
        said = (f"Der Speicher der Archive {refused}.", _AWAY)
    return PlaceError(said[0], file=url, remedy=said[1])
