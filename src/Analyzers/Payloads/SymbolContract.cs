using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Offloop.Payloads;

namespace Offloop.Analyzers.Payloads;

/// <summary>Says of a type in source code what the executors say of it at run time (PayloadContract): the reason to refuse it, or null. One
/// table of types in the tests is run through both. In doubt a type is allowed, because the executors look again.</summary>
internal sealed class SymbolContract
{
    private const int MaxDepth = 64; // a generic type may hold ever larger ones of itself

    private readonly Compilation _compilation;
    private readonly CancellationToken _cancellationToken;
    private readonly HashSet<ITypeSymbol> _seen = new(SymbolEqualityComparer.Default);
    private int _depth;

    private SymbolContract(Compilation compilation, CancellationToken cancellationToken)
    {
        _compilation = compilation;
        _cancellationToken = cancellationToken;
    }

    public static string? Examine(ITypeSymbol type, Compilation compilation, CancellationToken cancellationToken) =>
        new SymbolContract(compilation, cancellationToken).Examine(type);

    private string? Examine(ITypeSymbol type)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            return Examine(nullable.TypeArguments[0]);
        if (type is ITypeParameterSymbol or IErrorTypeSymbol || SymbolNames.Attribute(type, JsonNames.Converter) is not null)
            return null;
        if (ByKind(type) is { } refusal)
            return refusal;
        if (JsonKinds.IsValue(type)
            || SymbolNames.DerivesFrom(type, "System.Exception")
            || !_seen.Add(type)
            || _depth >= MaxDepth)
            return null;

        _depth++;
        string? reason = JsonKinds.CollectionOf(type) is { } parts
            ? ExamineCollection(type, parts)
            : ExamineMembers((INamedTypeSymbol)type);
        _depth--;
        return reason;
    }

    private string? ExamineCollection(ITypeSymbol type, ImmutableArray<ITypeSymbol> parts)
    {
        if (JsonKinds.IsUnmakeable(type))
            return PayloadTexts.Unmakeable(SymbolNames.Of(type));
        return parts.Select(Examine).FirstOrDefault(static reason => reason is not null);
    }

    private static string? ByKind(ITypeSymbol type)
    {
        string name = SymbolNames.Of(type);
        if (type.SpecialType == SpecialType.System_Object || type.TypeKind == TypeKind.Dynamic)
            return PayloadTexts.Object;
        if (SymbolNames.DerivesFrom(type, "System.Delegate"))
            return PayloadTexts.Delegate(name);
        if (SymbolNames.DerivesFrom(type, "System.IO.Stream"))
            return PayloadTexts.Stream(name);
        if (SymbolNames.DerivesFrom(type, "System.Threading.Tasks.Task")
            || SymbolNames.Definition(type) == "System.Threading.Tasks.ValueTask")
            return PayloadTexts.Task(name);
        if (SymbolNames.Definition(type) == "System.Threading.CancellationToken")
            return PayloadTexts.Token;
        if (type.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr
            || type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer
            || type.IsRefLikeType
            || SymbolNames.DerivesFrom(type, "System.Reflection.MemberInfo"))
            return PayloadTexts.OwnProcess(name);
        if (type is IArrayTypeSymbol { Rank: > 1 and var rank })
            return PayloadTexts.Dimensions(name, rank);
        return JsonKinds.IsStack(type) ? PayloadTexts.Stack(name) : null;
    }

    private string? ExamineMembers(INamedTypeSymbol type)
    {
        INamedTypeSymbol[] derived = [.. JsonMembers.DerivedTypes(type)];
        if (derived.Length > 0 || SymbolNames.Attribute(type, JsonNames.Polymorphic) is not null)
        {
            return derived.Where(one => !SymbolEqualityComparer.Default.Equals(one, type)).Select(Examine)
                .FirstOrDefault(static reason => reason is not null);
        }
        if (type.IsAbstract)
            return PayloadTexts.Abstract(SymbolNames.Of(type));
        string? remedy = JsonNames.IsOfFramework(type) ? PayloadTexts.RemedyOfFramework : null;
        JsonMembers members = new(type);
        if (members.HasNoConstructor)
            return PayloadTexts.NoConstructor(SymbolNames.Of(type), remedy);
        if (members.UnboundParameter is { } parameter)
            return PayloadTexts.UnboundParameter(parameter, remedy);
        foreach (JsonMember member in members.All)
        {
            if (!member.CanRead)
                continue;
            if (!member.CanWrite && !member.IsBound && !member.IsExtensionData)
                return PayloadTexts.ReadOnly(member.Name, remedy);
            if (!member.HasConverter && Examine(member.Type) is { } reason)
                return PayloadTexts.OfMember(member.Name, reason);
        }
        return HiddenFields.Find(members, _compilation, _cancellationToken) is var (field, reader)
            ? PayloadTexts.Hidden(field.Name, reader.MetadataName)
            : null;
    }
}
