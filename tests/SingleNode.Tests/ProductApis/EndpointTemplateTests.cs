using ForgeOrleans.ProductApis.Limits;

namespace ForgeOrleans.SingleNode.Tests.ProductApis;

/// <summary>Which endpoint and which issue an address stands for.</summary>
public sealed class EndpointTemplateTests
{
    [Theory]
    [InlineData("/rest/api/3/issue/ABC-1", "/rest/api/3/issue/{}")]
    [InlineData("/rest/api/3/issue/10001", "/rest/api/3/issue/{}")]
    [InlineData("/rest/api/3/issue/ABC-1/comment/7", "/rest/api/3/issue/{}/comment/{}")]
    [InlineData("/rest/api/3/issue/createmeta", "/rest/api/3/issue/createmeta")]
    [InlineData("/rest/api/latest/issue/bulk", "/rest/api/latest/issue/bulk")]
    [InlineData("/rest/api/3/search/jql", "/rest/api/3/search/jql")]
    [InlineData("/rest/api/3/issueLinkType", "/rest/api/3/issueLinkType")]
    [InlineData("/rest/api/3/project/ABC/versions", "/rest/api/3/project/{}/versions")]
    [InlineData("/rest/api/3/project/search", "/rest/api/3/project/search")]
    [InlineData("/rest/api/3/issue/ABC-1/properties/mine", "/rest/api/3/issue/{}/properties/{}")]
    [InlineData("/rest/api/3/user/properties/dark-mode", "/rest/api/3/user/properties/{}")]
    [InlineData("/rest/agile/1.0/board/17/issue", "/rest/agile/1.0/board/{}/issue")]
    [InlineData("/wiki/api/v2/pages/123456", "/wiki/api/v2/pages/{}")]
    [InlineData("/wiki/rest/api/space/DS/content", "/wiki/rest/api/space/{}/content")]
    [InlineData("/wiki/rest/api/content/1/label/important", "/wiki/rest/api/content/{}/label/{}")]
    [InlineData("/rest/api/3/group/9f2b0a66-1d6c-4a53-8a4e-3f1f7c7d0001", "/rest/api/3/group/{}")]
    [InlineData("/rest/api/3/user/557058:0a6b", "/rest/api/3/user/{}")]
    [InlineData("/rest/api/3/filter/%C3%BC", "/rest/api/3/filter/{}")]
    [InlineData("/2.0/repositories/team/repo/pullrequests/7", "/2.0/repositories/{}/{}/pullrequests/{}")]
    [InlineData("//rest//api/3/myself/", "/rest/api/3/myself")]
    [InlineData("/", "/")]
    public void Ids_do_not_make_another_endpoint(string path, string endpoint) => EndpointTemplate.Endpoint("GET", path).ShouldBe($"GET {endpoint}");

    [Fact]
    public void An_endpoint_is_not_longer_than_can_be_kept() =>
        EndpointTemplate.Endpoint("GET", string.Concat(Enumerable.Repeat("/abcdefghij", 100))).Length.ShouldBeLessThanOrEqualTo(200);

    [Theory]
    [InlineData("PUT", "/rest/api/3/issue/ABC-1", "ABC-1")]
    [InlineData("PUT", "/rest/api/3/issue/abc-1", "ABC-1")]
    [InlineData("POST", "/rest/api/3/issue/10001/comment", "10001")]
    [InlineData("DELETE", "/rest/api/3/issue/ABC-1/comment/7", "ABC-1")]
    [InlineData("PUT", "/rest/agile/1.0/issue/ABC-1/estimation", "ABC-1")]
    [InlineData("GET", "/rest/api/3/issue/ABC-1", null)]
    [InlineData("POST", "/rest/api/3/issue", null)]
    [InlineData("POST", "/rest/api/3/issue/bulk", null)]
    [InlineData("POST", "/rest/api/3/search/jql", null)]
    [InlineData("PUT", "/rest/api/3/issueLink/7", null)]
    public void A_write_has_its_issue(string method, string path, string? issue) => EndpointTemplate.Issue(method, path).ShouldBe(issue);

    [Theory]
    [InlineData("?jql=a&maxResults=50", 50)]
    [InlineData("?limit=25", 25)]
    [InlineData("?limit=-1", null)]
    [InlineData("?limit=x", null)]
    [InlineData("", null)]
    public void A_page_has_its_size(string query, int? most) => EndpointTemplate.MostObjects(query).ShouldBe(most);
}
