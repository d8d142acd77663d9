"""Bad CASes, alone and in zips: each with words of what is said of it."""

from tests.formats.zips import pack

TEXT = "😀 “We wait,” said Runa."
SYSTEM = """<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>
<typeDescription><name>webanno.custom.Span</name><features>
<featureDescription><name>sure</name><rangeTypeName>uima.cas.Boolean</rangeTypeName></featureDescription>
<featureDescription><name>n</name><rangeTypeName>uima.cas.Integer</rangeTypeName></featureDescription>
<featureDescription><name>f</name><rangeTypeName>uima.cas.Double</rangeTypeName></featureDescription>
<featureDescription><name>to</name><rangeTypeName>webanno.custom.Span</rangeTypeName></featureDescription>
</features></typeDescription></types></typeSystemDescription>"""
SOFA = f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" sofaString="{TEXT}"/>'


def cas(*elements, sofa=SOFA, before=""):
    return (
        f'{before}<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" '
        'xmlns:custom="http:///webanno/custom.ecore" xmlns:t="http:///de/tudarmstadt/ukp/dkpro/'
        'core/api/metadata/type.ecore" xmi:version="2.0">'
        f'<cas:NULL xmi:id="0"/>{"".join(elements)}{sofa}</xmi:XMI>'
    )


def span(key="4", begin="3", end="13", **features):
    place = f'sofa="1" begin="{begin}" end="{end}" label="quote"'
    more = "".join(f" {name}='{value}'" for name, value in features.items())
    return f'<custom:Span xmi:id="{key}" {place}{more}/>'


def link(source="4", target="5", more=""):
    ends = f'Governor="{source}" Dependent="{target}"'
    return f'<custom:Relation xmi:id="6" sofa="1" begin="19" end="23" {ends} {more}/>'


def article(own):
    return cas(f"<custom:Article xmi:id='3' sofa='1' annotator='{own}'/>")


def typed(*elements, system=SYSTEM):
    return pack([("a.xmi", cas(*elements)), ("TypeSystem.xml", system)])


ENDS = (span(), span("5", "19", "23"))

CASES = [
    (b"", "This is not XML: no element found."),
    ("words", "This is not XML: syntax error."),
    ("<a/>", "This is XML, but not the XMI of a CAS."),
    (cas()[:-5], "This is not XML"),
    (cas().encode("utf-16"), "UTF-16"),
    (cas(before="<!DOCTYPE x>"), "has a DTD"),
    (cas(before='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "has a DTD"),
    (cas(sofa=SOFA.replace("Runa", "&runa;")), "This is not XML: undefined entity."),
    (cas(sofa=SOFA.replace("Runa", "&#1;")), "reference to invalid character"),
    (cas("<a>" * 101), "nested more than 100 levels deep"),
    (cas("<a/>" * 100_001), "more than 50,000 elements"),
    (b"<" + b"x" * 4_000_001, "longer than 4 MB"),
    (cas(sofa=""), "This CAS has no text"),
    (cas(sofa='<cas:Sofa xmi:id="1" sofaURI="file:///etc/passwd"/>'), "This CAS has no text"),
    (cas(sofa=SOFA + SOFA), "This CAS has 2 texts"),
    (cas(sofa='<cas:Sofa xmi:id="1" sofaString=""/>'), "The text is empty."),
    (cas(span(begin="x")), "Annotation “4” needs whole numbers"),
    (cas(span(end="")), "Annotation “4” needs whole numbers"),
    (cas(span(begin="1")), "in the middle of a character; offsets in a CAS are UTF-16"),
    (cas(span(end="26")), "Annotation “4” runs from 2 to 25, outside its text"),
    (cas(span(begin="-1")), "Annotation “4” runs from -1 to 12, outside its text"),
    (cas(span(begin="13")), "Annotation “4” is empty"),
    (cas(span(end="9" * 16)), "needs whole numbers"),
    (cas(span(), span()), "The number “4” is given twice."),
    (cas(span(annotator="{")), "The feature “annotator” of annotation “4” is not JSON"),
    (cas(span(annotator="[]")), "of annotation “4” is not a JSON object"),
    (cas(span(annotator='{"id":[]}')), "“id” that is not a string"),
    (cas(span(annotator='{"id":""}'), span(annotator='{"id":"x","id":"y"}')), "is given twice"),
    (cas(span(annotator='{"attributes":1}')), "“attributes” that is not an object"),
    (cas(span(annotator='{"id":"a\\u0000"}')), "NUL"),
    (cas(span(annotator='{"id":"a"}'), span("5", annotator='{"id":"a"}')), "“a” is given twice"),
    (cas(*ENDS, link(target="9")), "Relation “6” has a governor or a dependent that is no span"),
    (cas(*ENDS, link(source="1")), "has a governor or a dependent that is no span"),
    (cas(*ENDS, link(target="4")), "links span “4” to itself"),
    (cas(*ENDS, link(more="annotator='[]'")), "of relation “6” is not a JSON object"),
    (article("{"), "The feature “annotator” of the article is not JSON"),
    (article('{"reader":"x","state":"new"}'), "The state “new” is none of"),
    (article('{"title":1}'), "“title” that is not a string"),
    (article(f'{{"id":"{"x" * 201}"}}'), "has 201 characters"),
    (cas(f'<t:DocumentMetaData xmi:id="2" documentTitle="{"x" * 201}"/>'), "has 201 characters"),
    (b"PK\3\4 no zip at all", "not a zip"),
    (pack([]), "There is no .xmi in this zip."),
    (pack([("a.xmi", cas(sofa=""))]), "This CAS has no text"),
    (pack([("../a.xmi", cas())]), "leads out of the zip"),
    (pack([("a.json", "{}")]), "none of .xmi, .xml"),
    (pack([("other.xml", SYSTEM)]), "This is neither an .xmi nor a TypeSystem.xml."),
    (typed(system="<a>"), "This is not XML"),
    (typed(system="<a/>"), "This is no type system of UIMA."),
    (typed(system="<!DOCTYPE a>" + SYSTEM), "has a DTD"),
    (typed(span(sure="perhaps")), "“sure” should be true or false, not “perhaps”"),
    (typed(span(n="one")), "should be a number"),
    (typed(span(f="NaN")), "should be a number, not “NaN”"),
    (typed(span(to="4")), "links span “4” to itself"),
    (typed(span(), span("5", to="4 4")), "repeats a link"),
    (typed(span(), span("5", to="4 " * 60_000)), "This CAS has more than 50,000 links."),
]
