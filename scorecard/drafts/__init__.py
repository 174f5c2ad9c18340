"""What somebody is about to publish: files as they came, answers, corrections, on the disk.

A draft lies beside the written state and not in memory, so that it survives a reload, a session
that broke off and a server that starts anew. There is one for each person, and nobody else's is
ever opened. `keeping` makes and changes it, `reading` turns it into exports, `corrections` puts
rows that a person corrected in the place of those that were set aside.
"""

from scorecard.drafts.keeping import Draft as Draft
from scorecard.drafts.keeping import Drafts as Drafts
from scorecard.drafts.keeping import Gone as Gone
from scorecard.drafts.keeping import place as place
from scorecard.drafts.reading import Read as Read
from scorecard.drafts.reading import is_read as is_read
from scorecard.drafts.reading import read as read
