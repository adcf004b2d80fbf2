using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Offloop.Analyzers.Payloads;

/// <summary>Which instance fields some methods read and write, as their source says. The executors read it from the compiled code
/// (FieldUse).</summary>
internal sealed class FieldUses(Compilation compilation, CancellationToken cancellationToken)
{
    private readonly HashSet<ISymbol> _reads = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _writes = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _arguments = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _addresses = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _followed = new(SymbolEqualityComparer.Default);

    /// <summary>Whether the value of the field is loaded, or its address, through which methods of a struct are called.</summary>
    public bool Reads(IFieldSymbol field) => _reads.Contains(field) || _addresses.Contains(field);

    public bool Writes(IFieldSymbol field) => _writes.Contains(field);

    /// <summary>Whether an argument is written to the field as it is.</summary>
    public bool WritesArgument(IFieldSymbol field) => _arguments.Contains(field);

    /// <summary>Whether the field is written, or given away by reference.</summary>
    public bool MayWrite(IFieldSymbol field) => Writes(field) || (!field.IsReadOnly && _addresses.Contains(field));

    /// <summary>Adds what a method does. The code of an asynchronous method or an iterator is in a class of its own.</summary>
    public void Add(IMethodSymbol method)
    {
        if (!method.IsAsync && !Nodes(method).SelectMany(static node => node.DescendantNodes()).OfType<YieldStatementSyntax>().Any())
            Scan(method, follow: false);
    }

    /// <summary>Adds what a method does, and the methods of its own type that it calls.</summary>
    public void Follow(IMethodSymbol method)
    {
        if (_followed.Add(method.OriginalDefinition))
            Scan(method, follow: true);
    }

    private void Scan(IMethodSymbol method, bool follow)
    {
        foreach (SyntaxNode node in Nodes(method))
        {
            if (Operation(node) is not { } body)
                continue;
            foreach (IOperation operation in body.DescendantsAndSelf())
                Note(operation, method, follow);
        }
        if (method.MethodKind == MethodKind.Constructor && !CallsAnother(method))
            NoteInitializers(method.ContainingType);
    }

    /// <summary>What a method consists of. A primary constructor is declared by its whole type, whose code is not its own.</summary>
    private IEnumerable<SyntaxNode> Nodes(IMethodSymbol method) => method.OriginalDefinition.DeclaringSyntaxReferences
        .Select(reference => reference.GetSyntax(cancellationToken))
        .Where(static node => node is not TypeDeclarationSyntax);

    private IOperation? Operation(SyntaxNode node) =>
#pragma warning disable RS1030 // the type of a payload is declared in any file; only types with private fields come here
        compilation.ContainsSyntaxTree(node.SyntaxTree)
            ? compilation.GetSemanticModel(node.SyntaxTree).GetOperation(node, cancellationToken)
            : null;
#pragma warning restore RS1030

    /// <summary>An initializer of a field is part of every constructor that does not call another one.</summary>
    private void NoteInitializers(INamedTypeSymbol type)
    {
        foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>().Where(static field => !field.IsStatic))
        {
            foreach (SyntaxReference reference in field.DeclaringSyntaxReferences)
            {
                if (reference.GetSyntax(cancellationToken) is not VariableDeclaratorSyntax { Initializer: { } initializer })
                    continue;
                _writes.Add(field.OriginalDefinition);
                if (Operation(initializer) is ISymbolInitializerOperation { Value: var value } && IsArgument(value))
                    _arguments.Add(field.OriginalDefinition);
            }
        }
    }

    private static bool CallsAnother(IMethodSymbol constructor) => constructor.DeclaringSyntaxReferences.Any(static reference =>
        reference.GetSyntax() is ConstructorDeclarationSyntax { Initializer.RawKind: (int)SyntaxKind.ThisConstructorInitializer });

    private void Note(IOperation operation, IMethodSymbol method, bool follow)
    {
        switch (operation)
        {
            case IFieldReferenceOperation { Field: { IsStatic: false } field }:
                NoteField(operation, field.OriginalDefinition);
                break;
            case IInvocationOperation { TargetMethod: var called } when follow && IsOwn(called, method):
                Follow(called);
                break;
            case IPropertyReferenceOperation { Property: var property } when follow && IsOwn(property, method):
                foreach (IMethodSymbol? accessor in new[] { property.GetMethod, property.SetMethod })
                {
                    if (accessor is not null)
                        Follow(accessor);
                }
                break;
            default:
                break;
        }
    }

    private static bool IsOwn(ISymbol called, IMethodSymbol method)
    {
        for (INamedTypeSymbol? level = method.ContainingType; level is not null; level = level.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(level.OriginalDefinition, called.ContainingType?.OriginalDefinition))
                return !JsonNames.IsOfFramework(level);
        }
        return false;
    }

    private void NoteField(IOperation use, IFieldSymbol field)
    {
        switch (use.Parent)
        {
            case ISimpleAssignmentOperation assignment when assignment.Target == use:
                _writes.Add(field);
                if (IsArgument(assignment.Value))
                    _arguments.Add(field);
                break;
            case ICompoundAssignmentOperation or IIncrementOrDecrementOperation or ICoalesceAssignmentOperation
                when use.Parent.ChildOperations.First() == use:
                _reads.Add(field);
                _writes.Add(field);
                break;
            case ITupleOperation { Parent: IDeconstructionAssignmentOperation deconstruction } tuple when deconstruction.Target == tuple:
                _writes.Add(field);
                break;
            case IArgumentOperation { Parameter.RefKind: not RefKind.None }:
                _addresses.Add(field);
                break;
            case IInvocationOperation or IPropertyReferenceOperation
                when field.Type.IsValueType && use.Parent.ChildOperations.First() == use:
                _addresses.Add(field);
                break;
            default:
                _reads.Add(field);
                break;
        }
    }

    private static bool IsArgument(IOperation value) => value is IParameterReferenceOperation;
}
