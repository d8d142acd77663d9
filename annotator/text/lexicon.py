"""The English words that the rules for names and reporting words lean on.

Small, closed lists on purpose: they must never need a model or a download. In other languages the
rules find fewer names and no reporting words; quotation marks are read in all of them.
"""


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


DETERMINERS = _words(
    "a an the this that these those his her its their our my your some any no each every another others one "
    "two three four five six seven eight nine ten several many most both few such"
)
# Determiners that may be somebody by themselves: another added, both agreed.
STANDING_ALONE = _words("another both many one others several some")
INDEFINITES = _words("somebody someone nobody everybody everyone anybody anyone none")
PREPOSITIONS = _words(
    "about above across after against along among around as at before behind below beneath beside between "
    "beyond by despite during except for from in inside into like near of off on onto out outside over "
    "past per since than through throughout to toward towards under until up upon via with within without"
)
CONJUNCTIONS = _words(
    "and but or nor so yet because although though while whereas when whenever where wherever who whom whose "
    "which what why how if unless whether that once"
)
PRONOUNS = _words("he she they it")
OBJECT_PRONOUNS = _words("him her them it")
FORMS_OF_BE = _words("am are be been being is was were")
AUXILIARIES = FORMS_OF_BE | _words(
    "has have had having do does did will would shall should can could may "
    "might must not never also later then now still just already again once even often always "
    "himself herself themselves itself"
)

# Between a forename and a surname: Jan van der Berg, Ursula von der Leyen, Leonardo da Vinci.
PARTICLES = _words(
    "van von der den de del della di da dos das du la le el al bin ibn bint ben ter zu zur af av y"
)
# Before a name, in small letters too: harbour minister Ines Calado, FBU chair Kirsi Aalto.
TITLES = _words(
    "activist actor actress adviser advisor ambassador analyst archbishop architect artist attorney author "
    "bishop boss broker campaigner candidate captain chair chairman chairperson chairwoman chancellor chef "
    "chief coach co-founder colonel columnist commander commissioner comptroller conductor congressman "
    "congresswoman consultant coordinator coroner councillor councilman councilwoman correspondent critic "
    "curator defender deputy detective developer diplomat director doctor economist editor engineer envoy "
    "executive farmer fisherman forward founder general goalkeeper governor head historian imam inspector "
    "investigator journalist judge justice king lawmaker lawyer leader lecturer lieutenant magistrate major "
    "manager mayor meteorologist midfielder minister monsignor mp musician neighbour neighbor nurse officer "
    "official ombudsman organiser organizer owner physicist pilot player poet pope premier president priest "
    "prince princess principal producer professor prosecutor psychologist queen rabbi rector reporter "
    "representative researcher resident scientist secretary senator sergeant sheriff shopkeeper singer "
    "skipper solicitor speaker spokesman spokesperson spokeswoman star striker student superintendent "
    "surgeon teacher technician treasurer trustee vicar volunteer volcanologist winger witness writer"
)
# Before such a title: deputy prime minister, former police chief, acting assistant secretary.
MODIFIERS = _words(
    "acting assistant associate chief club co deputy former foreign finance defence defense prime interior "
    "education health environment transport trade energy labour labor justice culture police fire party union "
    "opposition council town city county district state regional national federal head team school hospital "
    "senior junior then-prime then vice lead project company housing harbour harbor"
)
# Their full stop ends no sentence: Dr. Rósa Dahl.
ABBREVIATIONS = _words(
    "mr mrs ms mx dr prof st sr jr gen sen rep gov lt col sgt capt cmdr rev hon det insp supt pres sec"
)
# An institution of something: Ministry of Defence, Bank of England, Department for Transport.
HEADS = _words(
    "academy archbishop association bank bay bishop board bureau centre center chamber chancellor church city "
    "college commission committee confederation council court department director duke faculty federation "
    "fund governor guild gulf head house institute isle kingdom league mayor minister ministry museum "
    "office party port president prime republic school secretary society speaker state states union "
    "university"
)

CALENDAR = _words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july "
    "august september october november december christmas easter "
    "mondays tuesdays wednesdays thursdays fridays saturdays sundays"
)
MONTHS_THAT_ARE_NAMES = _words("april august june march may")
# What begins a sentence with a capital and is nobody.
SENTENCE_STARTERS = (
    DETERMINERS
    | PREPOSITIONS
    | CONJUNCTIONS
    | PRONOUNS
    | AUXILIARIES
    | CALENDAR
    | _words(
        "i we you me us him them myself ours theirs mine yours there here today tomorrow yesterday tonight "
        "yes no well oh ok okay please thanks hello sorry maybe perhaps certainly indeed instead however "
        "meanwhile moreover furthermore nevertheless nonetheless therefore thus hence otherwise besides still "
        "additionally afterwards afterward earlier later soon sometimes usually recently currently previously "
        "finally eventually initially originally first second third last next another other others all "
        "everybody everyone everything nobody none nothing somebody someone something anybody anyone anything "
        "only just even almost nearly about around more less much little enough too very quite rather really "
        "again always never ever often seldom once twice half asked told according given based speaking "
        "following including regarding considering compared let look listen write read take make put get go "
        "come keep ask tell say think remember imagine stop start wait call nor neither either whoever "
        "whatever whichever because since until although though despite unlike unless hundreds thousands "
        "millions dozens people critics supporters experts analysts officials observers sources residents "
        "local new old good bad big small long short high low early late young poor rich former photo "
        "image video editor's advertisement share related updated published correction"
    )
)
NOT_IN_TITLES = DETERMINERS | PREPOSITIONS | CONJUNCTIONS | PRONOUNS | AUXILIARIES

# They report wherever they stand as verbs.
SPEECH_VERBS = _words(
    "accuse acknowledge add admit advise affirm agree allege announce answer apologise apologize "
    "appeal applaud argue ask assert assure attest aver bark beg bemoan blame blast boast brag "
    "bristle call caution challenge characterise characterize chide cite claim clarify comment "
    "compare complain concede conclude concur condemn confess confide confirm congratulate contend "
    "counter credit criticise criticize declare decry defend demand denounce deny deplore describe "
    "detail disagree disclose dismiss dispute downplay elaborate emphasise emphasize enthuse "
    "estimate exclaim explain fret fume gripe groan grumble hail hint implore imply inform inquire "
    "insist joke lament liken maintain mention moan mock mumble murmur muse mutter note notify "
    "object observe opine plead pledge praise predict proclaim promise propose protest query "
    "question quip rage rant reassure rebuke rebut recall recommend recount refute reiterate reject "
    "remark remind reply report request respond retort reveal roar salute say scoff scold shout "
    "slam sneer speculate stammer state stress suggest summarise summarize swear tease tell testify "
    "threaten thunder tout tweet underline underscore urge vent venture volunteer vow wail warn "
    "welcome whine whisper write yell"
)
# They report beside a quotation or before “that”: “…,” he laughed; she found that …
OTHER_VERBS = _words(
    "begin believe chuckle continue cry decide doubt echo expect fear feel find finish forecast "
    "frown giggle grin guess hope indicate laugh mean nod offer point post read reason reckon "
    "remember repeat rule scream show shrug sigh sing smile snap start suspect thank think wonder "
    "worry"
)
# Forms that report whenever somebody is their subject: she expects, Calado hoped.
OPINIONS = _words(
    "believed believes doubted doubts expected expects feared fears hoped hopes thinks"
)
# And these at the end of a sentence: …, the study found.
FINDINGS = _words("found finds showed shows")
# Forms of these verbs that are nouns at least as often.
LIKE_NOUNS = _words(
    "answer answers appeal appeals bark barks beginning blame blast blasts boast boasts call calls "
    "caution challenge challenges claim claims comment comments credit credits cries cry demand "
    "demands detail details doubt doubts echo echoes estimate estimates fear fears feeling finding "
    "finish forecast forecasts groan groans guess hail hint hints hope hopes joke jokes laugh "
    "laughs meaning mention mentions murmur murmurs note notes object objects offer offers pledge "
    "pledges point points post posts praise promise promises protest protests queries query "
    "question questions quip quips rage reading reason reasons rebuke rebukes remark remarks "
    "replies reply report reporting reports request requests retort retorts roar roars rule rules "
    "ruling salute salutes saying scream screams shout shouts show shows sigh sighs smile smiles "
    "start starts state states stress stresses suspect suspects thanks thought thunder tweet tweets "
    "vent vents venture ventures vow vows wail wails warning warnings welcome whisper whispers "
    "worries worry writing yell yells"
)
# They follow a noun rather than a reporting verb: claims of fraud, the remarks were made.
BEHIND_NOUNS = _words(
    "about against and are at by could for from had has have in is of on or over was were will with "
    "would"
)
IRREGULAR_FORMS = {
    "begin": "begins began beginning",
    "echo": "echoes echoed echoing",
    "feel": "feels felt feeling",
    "find": "finds found finding",
    "forecast": "forecasts forecasting",
    "mean": "means meant meaning",
    "read": "reads reading",
    "say": "says said saying",
    "sing": "sings sang singing",
    "swear": "swears swore sworn swearing",
    "tell": "tells told telling",
    "think": "thinks thought thinking",
    "write": "writes wrote written writing",
}
DOUBLING = _words("admit beg brag concur fret grin nod quip rebut shrug slam snap")
# Reporting words that are several words, with whether they need no quotation beside them.
PHRASES = {
    ("according", "to"): True,
    ("in", "the", "words", "of"): True,
    ("hit", "back"): True,
    ("hits", "back"): True,
    ("made", "clear"): True,
    ("makes", "clear"): True,
    ("quoted", "as", "saying"): True,
    ("point", "out"): True,
    ("pointed", "out"): True,
    ("pointing", "out"): True,
    ("points", "out"): True,
    ("shot", "back"): True,
    ("goes", "on"): False,
    ("put", "it"): False,
    ("puts", "it"): False,
    ("summed", "up"): False,
    ("sums", "up"): False,
    ("went", "on"): False,
}
