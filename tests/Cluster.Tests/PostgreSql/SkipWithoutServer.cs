using ForgeOrleans.TestServers;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace ForgeOrleans.Cluster.Tests.PostgreSql;

/// <summary>
/// Skips all tests of its collection where there can be no server. The tests of the conformance suite are inherited, so that no attribute of
/// theirs can say it; an orderer of a collection sees them all before they run.
/// </summary>
/// <param name="diagnostics">Takes what xunit has to say.</param>
public sealed class SkipWithoutServer(IMessageSink diagnostics) : ITestCaseOrderer
{
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases) where TTestCase : ITestCase =>
        PostgreSqlPrograms.Missing is null
            ? testCases
            : testCases.Select(test => (TTestCase)(ITestCase)new SkippedTest(diagnostics, test.TestMethod, test.TestMethodArguments));

    private sealed class SkippedTest : XunitTestCase
    {
        public SkippedTest(IMessageSink diagnostics, ITestMethod method, object[]? arguments)
            : base(diagnostics, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, method, arguments)
        {
        }

        [Obsolete("For xunit, which may make one to fill it.")]
        public SkippedTest()
        {
        }

        protected override string GetSkipReason(IAttributeInfo factAttribute) => PostgreSqlPrograms.Missing!;
    }
}
