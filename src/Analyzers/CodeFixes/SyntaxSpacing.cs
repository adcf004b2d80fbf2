using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Offloop.CodeFixes;

/// <summary>Spaces that a made node lacks.</summary>
internal static class SyntaxSpacing
{
    /// <summary>Puts a space on both sides of the arrow.</summary>
    public static T NormalizeArrow<T>(this T lambda)
        where T : LambdaExpressionSyntax =>
        (T)lambda.WithArrowToken(Token(TriviaList(Space), SyntaxKind.EqualsGreaterThanToken, TriviaList(Space)));
}
