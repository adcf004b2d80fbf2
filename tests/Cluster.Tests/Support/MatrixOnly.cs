using System.Reflection;
using Offloop.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestFramework(typeof(MatrixFramework))]

namespace Offloop.Tests;

/// <summary>The tests that the class inherits are explicit: <c>./build.cmd matrix</c> runs them, and CI does not.</summary>
/// <param name="butFor">The names of those that CI runs too.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class MatrixOnlyAttribute(params string[] butFor) : Attribute
{
    public bool Covers(MethodInfo test) => test.DeclaringType!.IsAbstract && !butFor.Contains(test.Name);
}

/// <summary>Finds tests as xunit does. Whether a test is explicit is part of its method there, and a class that inherits the method has no
/// say in it; here it has.</summary>
internal sealed class MatrixFramework : XunitTestFramework
{
    protected override ITestFrameworkDiscoverer CreateDiscoverer(Assembly assembly) =>
        new Discoverer(((XunitTestFrameworkDiscoverer)base.CreateDiscoverer(assembly)).TestAssembly);

    private sealed class Discoverer(IXunitTestAssembly assembly) : XunitTestFrameworkDiscoverer(assembly)
    {
        protected override ValueTask<bool> FindTestsForMethod(
            IXunitTestMethod testMethod,
            ITestFrameworkDiscoveryOptions discoveryOptions,
            Func<ITestCase, ValueTask<bool>> discoveryCallback)
        {
            bool isExplicit = testMethod.TestClass.Class.GetCustomAttribute<MatrixOnlyAttribute>()?.Covers(testMethod.Method) ?? false;
            return base.FindTestsForMethod(testMethod, discoveryOptions, isExplicit
                ? found => discoveryCallback(Explicit((IXunitTestCase)found))
                : discoveryCallback);
        }

        private static XunitTestCase Explicit(IXunitTestCase found)
        {
            Dictionary<string, HashSet<string>> traits =
                found.Traits.ToDictionary(static trait => trait.Key, static trait => trait.Value.ToHashSet());
            return found is XunitDelayEnumeratedTheoryTestCase theory
                ? new XunitDelayEnumeratedTheoryTestCase(
                    theory.TestMethod, theory.TestCaseDisplayName, theory.UniqueID, @explicit: true, theory.SkipTestWithoutData,
                    theory.SkipExceptions, theory.SkipReason, theory.SkipType, theory.SkipUnless, theory.SkipWhen, traits,
                    theory.SourceFilePath, theory.SourceLineNumber, theory.Timeout)
                : new XunitTestCase(
                    found.TestMethod, found.TestCaseDisplayName, found.UniqueID, @explicit: true, found.SkipExceptions, found.SkipReason,
                    found.SkipType, found.SkipUnless, found.SkipWhen, traits, ((XunitTestCase)found).TestMethodArguments,
                    found.SourceFilePath, found.SourceLineNumber, found.Timeout);
        }
    }
}
