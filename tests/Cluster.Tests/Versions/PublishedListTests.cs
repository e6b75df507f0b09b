namespace ForgeOrleans.Cluster.Tests.Versions;

/// <summary>While a cluster is updated, silos of two versions talk to each other: what one of them knows must not change in the other.</summary>
public sealed class PublishedListTests
{
    private const string File = "messages.txt";

    [Fact]
    public void Nothing_that_was_published_is_gone_or_different()
    {
        var current = PublishedList.Lines().ToHashSet();
        var gone = Published.ReadLines(File, PublishedList.Lines).Where(line => !current.Contains(line)).ToList();
        gone.ShouldBeEmpty(
            $"""
            Published names never change, and messages only gain optional members: silos of the last version could not talk to this one.
            Of Published/{File} these lines are gone:
            {Text('-', gone)}
            These are new:
            {Text('+', New())}
            """);
    }

    [Fact]
    public void All_that_there_is_has_been_published() => New().ShouldBeEmpty(
        $"""
        There is something new. If it is a new actor, a new method that is called only where every silo has it, or a new member that is optional,
        add these lines to Published/{File}; else it must not be.
        {Text('+', New())}
        """);

    private static List<string> New()
    {
        var published = Published.ReadLines(File, PublishedList.Lines).ToHashSet();
        return [.. PublishedList.Lines().Where(line => !published.Contains(line))];
    }

    private static string Text(char sign, List<string> lines) => string.Join('\n', lines.Select(line => $"{sign} {line}"));
}
