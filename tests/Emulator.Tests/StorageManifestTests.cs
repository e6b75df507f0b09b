using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>Reading <c>app.storage.entities</c>.</summary>
public class StorageManifestTests
{
    [Fact]
    public void Entities_are_read_with_their_attributes_and_indexes()
    {
        var entities = StorageManifest.Read().StorageEntities;
        entities.Select(entity => entity.Name).ShouldBe(["employee", "department"]);
        entities[0].Attributes["surname"].ShouldBe(StorageAttributeType.Text);
        entities[0].Attributes["age"].ShouldBe(StorageAttributeType.WholeNumber);
        entities[0].Attributes["rating"].ShouldBe(StorageAttributeType.Number);
        entities[0].Attributes["active"].ShouldBe(StorageAttributeType.Flag);
        entities[0].Attributes["extra"].ShouldBe(StorageAttributeType.Any);
        entities[0].Indexes.Select(index => $"{index.Name}: {string.Join('+', index.Partition)} {string.Join('+', index.Range)}")
            .ShouldBe(["surname:  surname", "by-age:  age", "by-team: team+active age"]);
        entities[1].Indexes.ShouldBeEmpty();
        Scene.TaskBoard.StorageEntities.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("name: employee", "name: Employee", "cannot name an entity")]
    [InlineData("name: employee", "name: em", "cannot name an entity")]
    [InlineData("name: department", "name: employee", "two entities")]
    [InlineData("surname: { type: string }", "2nd: { type: string }", "cannot name an attribute")]
    [InlineData("type: integer", "type: number", "no attribute's type")]
    [InlineData("range: [age]", "range: [shoe]", "shoe")]
    [InlineData("partition: [team, active]", "partition: [shoe]", "shoe")]
    [InlineData("- surname\n", "- shoe\n", "shoe")]
    [InlineData("name: by-age", "name: by-key", "by-key")]
    [InlineData("name: by-age", "name: by-team", "name of its own")]
    public void What_the_platform_would_not_deploy_is_refused(string right, string wrong, string said)
    {
        var text = StorageManifest.Text.ReplaceLineEndings("\n");
        text.ShouldContain(right);
        Should.Throw<ManifestException>(() => AppManifest.Parse(text.Replace(right, wrong, StringComparison.Ordinal))).Message.ShouldContain(said);
    }
}
