using ForgeOrleans.Cluster.Tests.PostgreSql;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("ForgeOrleans.Cluster.Tests.LongestFirst", "ForgeOrleans.Cluster.Tests")]

namespace ForgeOrleans.Cluster.Tests;

/// <summary>Begins with the collections that take longest: one that came last would run alone in the end, and the machine would wait with it.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = [DatabaseServer.Name, EnduranceTests.Name];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => Array.IndexOf(Longest, collection.DisplayName) is var place and >= 0 ? place : Longest.Length);
}
