"""Vocabulary: the terms that SHACL defines, and what each parameter of a constraint takes."""

from __future__ import annotations

from kg.namespaces import XSD

# Source: https://www.w3.org/ns/shacl.ttl
_WORDS = """
    AbstractResult AndConstraintComponent BlankNode BlankNodeOrIRI BlankNodeOrLiteral
    ClassConstraintComponent ClosedConstraintComponent ConstraintComponent
    DatatypeConstraintComponent DisjointConstraintComponent EqualsConstraintComponent
    ExpressionConstraintComponent Function HasValueConstraintComponent IRI IRIOrLiteral
    InConstraintComponent Info JSConstraint JSConstraintComponent JSExecutable JSFunction
    JSLibrary JSRule JSTarget JSTargetType JSValidator LanguageInConstraintComponent
    LessThanConstraintComponent LessThanOrEqualsConstraintComponent Literal
    MaxCountConstraintComponent MaxExclusiveConstraintComponent MaxInclusiveConstraintComponent
    MaxLengthConstraintComponent MinCountConstraintComponent MinExclusiveConstraintComponent
    MinInclusiveConstraintComponent MinLengthConstraintComponent NodeConstraintComponent
    NodeKind NodeKindConstraintComponent NodeShape NotConstraintComponent OrConstraintComponent
    Parameter Parameterizable PatternConstraintComponent PrefixDeclaration
    PropertyConstraintComponent PropertyGroup PropertyShape QualifiedMaxCountConstraintComponent
    QualifiedMinCountConstraintComponent ResultAnnotation Rule SPARQLAskExecutable
    SPARQLAskValidator SPARQLConstraint SPARQLConstraintComponent SPARQLConstructExecutable
    SPARQLExecutable SPARQLFunction SPARQLRule SPARQLSelectExecutable SPARQLSelectValidator
    SPARQLTarget SPARQLTargetType SPARQLUpdateExecutable Severity Shape Target TargetType
    TripleRule UniqueLangConstraintComponent ValidationReport ValidationResult Validator
    Violation Warning XoneConstraintComponent alternativePath and annotationProperty
    annotationValue annotationVarName ask class closed condition conforms construct datatype
    deactivated declare defaultValue description detail disjoint entailment equals expression
    filterShape flags focusNode group hasValue ignoredProperties in intersection inversePath js
    jsFunctionName jsLibrary jsLibraryURL labelTemplate languageIn lessThan lessThanOrEquals
    maxCount maxExclusive maxInclusive maxLength message minCount minExclusive minInclusive
    minLength name namespace node nodeKind nodeValidator nodes not object oneOrMorePath optional
    or order parameter path pattern predicate prefix prefixes property propertyValidator
    qualifiedMaxCount qualifiedMinCount qualifiedValueShape qualifiedValueShapesDisjoint result
    resultAnnotation resultMessage resultPath resultSeverity returnType rule select severity
    shapesGraph shapesGraphWellFormed sourceConstraint sourceConstraintComponent sourceShape
    sparql subject suggestedShapesGraph target targetClass targetNode targetObjectsOf
    targetSubjectsOf this union uniqueLang update validator value xone zeroOrMorePath
    zeroOrOnePath
"""
TERMS = frozenset(_WORDS.split())
UNSUPPORTED = ("entailment", "expression", "js", "jsLibrary", "rule", "target")

COUNTS = ("minCount", "maxCount", "qualifiedMinCount", "qualifiedMaxCount")
SIZES = (*COUNTS, "minLength", "maxLength")
FLAGS = ("closed", "deactivated", "uniqueLang", "qualifiedValueShapesDisjoint")
IRIS = ("class", "datatype", "equals", "disjoint", "lessThan", "lessThanOrEquals", "targetClass",
        "targetSubjectsOf", "targetObjectsOf")  # fmt: skip
BOUNDS = ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive")
STRINGS = ("pattern", "flags")
LISTS = ("in", "languageIn", "ignoredProperties", "and", "or", "xone")
SHAPES = ("node", "property", "not", "qualifiedValueShape")
KINDS = ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
# Those that say nothing unless there is a path, and those that may stand only once.
OF_PATHS = (*COUNTS, "lessThan", "lessThanOrEquals", "uniqueLang", "qualifiedValueShape")
SINGLE = (*SIZES, *FLAGS, *BOUNDS, "datatype", "nodeKind", "flags", "in", "languageIn",
          "ignoredProperties")  # fmt: skip
INTEGERS = frozenset(
    f"{XSD!s}{name}"
    for name in ("integer", "nonNegativeInteger", "positiveInteger", "int", "long", "short", "byte",
                 "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte")
)  # fmt: skip
